"""Runs a command, so that all is loaded, and then serves until it is stopped."""

import json
import os
import socket
import sys
from socketserver import BaseRequestHandler, ForkingMixIn, UnixStreamServer

from awscli.clidriver import create_clidriver

driver = create_clidriver()


def run(words):
    try:
        return driver.main(words)
    except SystemExit as end:  # words that no command has
        return end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


class Command(BaseRequestHandler):
    """One command, in a process of its own."""

    def handle(self):
        length, streams, _, _ = socket.recv_fds(self.request, 4, 3)
        call = self.request.recv(int.from_bytes(length, "big"), socket.MSG_WAITALL)
        words, folder, variables = json.loads(call)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(variables)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        self.request.sendall(bytes([run(words)]))


class Commands(ForkingMixIn, UnixStreamServer):
    pass


if __name__ == "__main__":
    with Commands(sys.argv[1], Command) as commands:
        run(["sts", "get-caller-identity", "--query", "Account", "--output", "text"])
        commands.serve_forever()
