//! Amazon Cognito.

use super::ServicePrincipal;
use crate::cfn::policy::Action;

/// Cognito as a principal: it calls the functions of a user pool, for the pool that it names as its source.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html>
pub const PRINCIPAL: ServicePrincipal = ServicePrincipal::new("cognito-idp");

/// What can be granted on a user pool, each by its own.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html>
pub const PERMISSIONS: &[(&str, &[Action])] = &[
    (
        "read",
        &[
            "cognito-idp:AdminGetUser",
            "cognito-idp:AdminListGroupsForUser",
            "cognito-idp:ListUsers",
            "cognito-idp:ListUsersInGroup",
        ],
    ),
    (
        "manage",
        &[
            "cognito-idp:AdminAddUserToGroup",
            "cognito-idp:AdminConfirmSignUp",
            "cognito-idp:AdminCreateUser",
            "cognito-idp:AdminDeleteUser",
            "cognito-idp:AdminDisableUser",
            "cognito-idp:AdminEnableUser",
            "cognito-idp:AdminGetUser",
            "cognito-idp:AdminRemoveUserFromGroup",
            "cognito-idp:AdminResetUserPassword",
            "cognito-idp:AdminSetUserPassword",
            "cognito-idp:AdminUpdateUserAttributes",
            "cognito-idp:AdminUserGlobalSignOut",
        ],
    ),
    (
        "authenticate",
        &[
            "cognito-idp:AdminInitiateAuth",
            "cognito-idp:AdminRespondToAuthChallenge",
            "cognito-idp:AdminUserGlobalSignOut",
        ],
    ),
];
