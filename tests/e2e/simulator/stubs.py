"""Types of which nothing is made: references to them resolve, and that is all that a test can see.

Each says why. What depends on one of these is not proven by the end-to-end tests.
"""

import uuid

from .repair import new_type

STUBS = {
    "AWS::ApiGateway::Account": "moto has no settings of an account: that API Gateway may log is not seen",
    "AWS::CloudFront::ResponseHeadersPolicy": "moto has none: what headers a site adds is not seen",
}


def stub(type_name):
    @new_type(type_name)
    def make(properties, account, region):
        made = str(uuid.uuid4())
        return made, {"Id": made}

    return make


MADE = [stub(each) for each in STUBS]  # moto forgets a type that nobody holds
