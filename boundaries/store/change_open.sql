INSERT INTO change_set (title, reason, state, scope, note, effective_on, opened_by, reverses)
VALUES (:title, :reason, 'draft', :scope, :note, :effective_on, :opened_by, :reverses)
RETURNING id
