"""Installs the repairs and serves until it is stopped."""

import importlib
import logging
import os
import pkgutil
import sys

from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

import simulator


def main():
    for module in pkgutil.iter_modules(simulator.__path__, "simulator."):
        importlib.import_module(module.name)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler)
    os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{server.server_port}"
    print(os.environ["AWS_ENDPOINT_URL"], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
