"""A local AWS: moto's server, with what moto gets wrong about the systems' resources put right.

    python -m simulator [PORT]

Listens on the loopback interface, on a free port unless one is given, and prints its address. Function code runs as
processes of this machine, with the boto3 that is installed beside moto, and calls back to the same address.

It shows that references, properties and order are carried, not that AWS would accept them: moto never denies the use
of a key, and knows no schemas, quotas, replacement or rollback. A type that neither moto nor this knows is an error.
"""
