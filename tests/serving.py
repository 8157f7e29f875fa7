"""The running product on a free port."""

import threading
from contextlib import contextmanager

import uvicorn

from api.app import create_app
from api.cli.serve import Server, address, listen
from api.settings import Settings


@contextmanager
def serving(database_url, **settings):
    """Address of a server, which stops in the end."""
    with stoppable(database_url, **settings) as (url, _):
        yield url


@contextmanager
def stoppable(database_url, **settings):
    """Address of a server, and a function that stops it and waits until it has."""
    with listen("127.0.0.1", 0) as listener:
        application = create_app(Settings(database_url=database_url, **settings))
        server = Server(uvicorn.Config(application, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})

        def stop():
            server.should_exit = True
            thread.join()

        thread.start()
        try:
            yield address(listener), stop
        finally:
            stop()
