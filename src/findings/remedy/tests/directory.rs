//! What is done in Entra's directory, for the tests of every text.

use super::super::*;

/// Every remedy of applications, tenants, clouds and assertions.
pub(super) fn everything(o: &Observed<'_>) -> Vec<Remedy> {
    let id = o.object_id;
    let mut all = federate(
        o,
        &Federated {
            client_id: id,
            issuer: id,
            subject: id,
            audience: id,
        },
    );
    all.extend(new_assertion(o));
    all.extend(right_authority(o));
    all.extend(reach_entra(o, id.unwrap_or("h")));
    all.extend([
        find_application(o, id),
        provision_application(o, id),
        enable_application(o, id),
        find_tenant(o),
        sign_in(o),
        as_entra_says("sign in again", "the user"),
    ]);
    all
}
