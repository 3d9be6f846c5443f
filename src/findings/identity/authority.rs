//! Which cloud the authority is in that was asked, beside the registry's. Read, not judged.

use super::stopped_by;
use crate::findings::case::Case;
use crate::findings::remedy::Cloud;

/// Hosts of Entra's authorities, by cloud (learn.microsoft.com, "National clouds").
const AUTHORITIES: &[(&str, Cloud)] = &[
    ("login.microsoftonline.com", Cloud::Public),
    ("login.microsoft.com", Cloud::Public),
    ("login.windows.net", Cloud::Public),
    ("sts.windows.net", Cloud::Public),
    ("login.microsoftonline.us", Cloud::UsGov),
    ("login.chinacloudapi.cn", Cloud::China),
    ("login.partner.microsoftonline.cn", Cloud::China),
];

/// The authority's host and its cloud, where the host is a known one.
pub(super) fn authority(case: &Case<'_>) -> Option<(String, Cloud)> {
    let host = stopped_by(case)?.host()?;
    let (_, cloud) = AUTHORITIES.iter().find(|(known, _)| *known == host)?;
    Some((host, *cloud))
}

/// The registry's cloud, by its suffix.
pub(super) fn registrys_cloud(case: &Case<'_>) -> Cloud {
    case.observed().view().cloud
}

/// True where the authority that was asked is known to be of another cloud than the registry.
pub(super) fn is_other_cloud(case: &Case<'_>) -> bool {
    authority(case).is_some_and(|(_, cloud)| cloud != registrys_cloud(case))
}
