//! Names, routes, certificates, clocks, firewalls.

pub mod clock_skew;
pub mod dns_nxdomain;
pub mod firewall_ip;
pub mod proxy_in_the_way;
pub mod public_access_disabled;
pub mod registry_timeout;
pub mod registry_unreachable;
pub mod tls_interception;
pub mod tls_name_mismatch;
