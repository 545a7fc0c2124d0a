use super::Flows;
pub(super) fn flows(_all: &mut Flows<'_, '_>) {}
