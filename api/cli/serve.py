"""``wangge serve``: the web server."""

import errno
import socket
from contextlib import suppress
from typing import Annotated

import typer
import uvicorn

from api.app import create_app
from api.database import open_register, register_url
from api.logs import log_to_stderr
from api.settings import load_settings
from gis.errors import Refusal

BACKLOG = 2048
SHUTDOWN_SECONDS = 5


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default WANGGE_HOST or 127.0.0.1.")] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port to listen on, 0 for a free one; default WANGGE_PORT or 8000."),
    ] = None,
):
    """Serve the map and the interface until Ctrl-C; the private database is started where it does not run."""
    serve_app(load_settings(), host=host, port=port)


def serve_app(settings, *, host=None, port=None):
    """Serve until a signal.

    Parameters
    ----------
    settings : Settings
    host : str, optional
    port : int, optional
        Instead of those of the settings.

    Raises
    ------
    Refusal
        ``port_in_use``, ``port_forbidden``, ``bad_host``, or what keeps the private database from running.
    """
    settings = _with_address(settings, host, port)
    # The port first: whoever cannot have it should not wait for a database.
    with listen(settings.host, settings.port) as listener:
        open_register(settings).dispose()
        run(settings.model_copy(update={"database_url": register_url(settings)}), listener)


class Server(uvicorn.Server):
    """A server that ends open streams when it stops, instead of waiting for listeners who never leave by themselves."""

    async def shutdown(self, sockets=None):
        """Stop, letting whatever is being answered be answered."""
        self.config.app.state.live.close()
        await super().shutdown(sockets)


def run(settings, listener):
    """Serve on a socket that listens already, until a signal.

    Parameters
    ----------
    settings : Settings
    listener : socket.socket
    """
    log_to_stderr(settings.log_level)
    config = uvicorn.Config(
        create_app(settings),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    typer.echo(f"Wangge is at {address(listener)}  (Ctrl-C stops it)")
    with suppress(KeyboardInterrupt):
        Server(config).run(sockets=[listener])
    typer.echo("Stopped.")


def listen(host, port):
    """A socket that listens.

    Parameters
    ----------
    host : str
    port : int

    Returns
    -------
    socket.socket

    Raises
    ------
    Refusal
        ``port_in_use``, ``port_forbidden``, ``bad_host``.
    """
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(place[:2], family=family, backlog=BACKLOG)
        # asyncio sets this only on sockets made with an explicit protocol; without it every small answer on a kept
        # connection waits 40 ms for the client's delayed acknowledgement. Connections inherit it from the listener.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except (OSError, UnicodeError) as error:
        raise _refusal(error, host, port) from None


def address(listener):
    """The address of a listening socket as a browser takes it.

    Examples
    --------
    >>> with listen("127.0.0.1", 0) as listener:
    ...     address(listener).startswith("http://127.0.0.1:")
    True
    """
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _with_address(settings, host, port):
    chosen = {"host": settings.host if host is None else host, "port": settings.port if port is None else port}
    return settings.model_copy(update=chosen)


def _refusal(error, host, port):
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return Refusal(
            "port_in_use", f"Port {port} on {host} is in use; stop what uses it or choose another with --port.", port=port
        )
    if code in (errno.EACCES, errno.EPERM):
        return Refusal(
            "port_forbidden", f"Port {port} may not be used by this user; choose one above 1023 with --port.", port=port
        )
    return Refusal("bad_host", f"The server cannot listen on {host!r}: it is no address of this machine.", host=host)
