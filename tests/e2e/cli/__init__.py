"""The real AWS CLI, loaded once: each command is a fork of a process that has run one before.

    python -m cli SOCKET

To load the CLI takes ten times as long as what most commands do, and a run of the tests has hundreds of them. `aws` in
this folder stands in for the CLI's own program: it hands its words, folder, variables and streams to SOCKET, which the
variable AWS_CLI names, and ends as the command did.
"""
