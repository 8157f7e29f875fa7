SELECT code, ended_version_id, begun_version_id, technical FROM change_unit WHERE change_set_id = :id ORDER BY code
