//! Ports of this machine that the kernel picks.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Mutex, PoisonError};

use workshop::{Context as _, Error};

/// Ports that no other run of this process uses either.
static USED: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

pub(super) fn free_ports(count: usize) -> Result<Vec<u16>, Error> {
    let mut used = USED.lock().unwrap_or_else(PoisonError::into_inner);
    // All are held until the last is picked, so that none comes twice.
    let mut held = Vec::new();
    let mut ports = Vec::new();
    while ports.len() < count {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context(|| "find a free port".to_owned())?;
        let port = listener.local_addr().context(|| "find a free port".to_owned())?.port();
        if used.insert(port) {
            ports.push(port);
        }
        held.push(listener);
    }
    Ok(ports)
}
