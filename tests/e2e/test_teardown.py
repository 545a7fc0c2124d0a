"""dev is deleted with all its data, after everything else has been tried: tests run in the order of their files."""

import pytest

from inventory import inventory

# What outlives its environment, since others may need it: the role by which API Gateway logs, which has no name.
KEPT = "iam eu-west-1 api-gateway-account-dev-ApiLoggingRole"


@pytest.mark.parametrize("first_time", ["dev"], indirect=True)
def test_destroyed_environment_leaves_nothing(first_time):
    """Buckets are emptied first, and keys go after all that is encrypted under them."""
    deployment = first_time.deployment
    deployment.run("out/dev/destroy.sh", "dev")
    left = [each for each in inventory(deployment) if each not in first_time.inventory]
    assert [each for each in left if not each.startswith(KEPT)] == []


@pytest.mark.parametrize("first_time", ["staging", "prod"], indirect=True)
def test_protected_environment_cannot_be_destroyed(first_time):
    folder = first_time.deployment.folder / "out" / first_time.deployment.environment
    assert (folder / "deploy.sh").exists()
    assert not (folder / "destroy.sh").exists()
