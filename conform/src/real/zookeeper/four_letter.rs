//! The four letter word `srvr`, asked over TCP as an operator does.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use sim_core::zookeeper::ServerRole;

/// A server that runs answers within milliseconds, on a busy machine within some more.
const PATIENCE: Duration = Duration::from_millis(2_000);

/// What `srvr` says about a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::real) struct Status {
    pub(in crate::real) role: Option<ServerRole>,
    /// The latest transaction that it knows, as it writes it.
    pub(in crate::real) zxid: Option<String>,
}

impl Status {
    pub(in crate::real) const DOWN: Status = Status { role: None, zxid: None };

    pub(in crate::real) fn is_serving(&self) -> bool {
        matches!(self.role, Some(ServerRole::Leading | ServerRole::Following | ServerRole::Standalone))
    }

    /// Writes should succeed there.
    pub(in crate::real) fn leads(&self) -> bool {
        matches!(self.role, Some(ServerRole::Leading | ServerRole::Standalone))
    }
}

/// Asks the server on this port; one that gives no answer is down.
pub(in crate::real) fn ask(port: u16) -> Status {
    answer(port).map_or(Status::DOWN, |answer| read(&answer))
}

fn answer(port: u16) -> std::io::Result<String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(b"srvr")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn read(answer: &str) -> Status {
    let value = |name: &str| answer.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::trim);
    if answer.contains("not currently serving requests") {
        return Status { role: Some(ServerRole::Looking), zxid: None };
    }
    let role = match value("Mode:") {
        Some("leader") => Some(ServerRole::Leading),
        Some("follower") => Some(ServerRole::Following),
        Some("standalone") => Some(ServerRole::Standalone),
        Some(_) => Some(ServerRole::Looking),
        None => return Status::DOWN,
    };
    Status { role, zxid: value("Zxid:").map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLLOWER: &str = "Zookeeper version: 3.4.14-4c25d480e66aadd371de8bd2fd8da255ac140bcf, built on 03/06/2019\n\
        Latency min/avg/max: 0/0/0\nReceived: 2\nSent: 1\nConnections: 1\nOutstanding: 0\nZxid: 0x100000004\n\
        Mode: follower\nNode count: 5\n";

    #[test]
    fn a_follower_says_its_mode_and_its_zxid() {
        assert_eq!(read(FOLLOWER), Status { role: Some(ServerRole::Following), zxid: Some("0x100000004".to_owned()) });
        assert!(read(FOLLOWER).is_serving() && !read(FOLLOWER).leads());
    }

    #[test]
    fn a_leader_and_a_lone_server_lead() {
        for (mode, role) in [("leader", Some(ServerRole::Leading)), ("standalone", Some(ServerRole::Standalone))] {
            let status = read(&FOLLOWER.replace("follower", mode));
            assert_eq!(status.role, role);
            assert!(status.leads());
        }
    }

    #[test]
    fn a_server_in_an_election_says_that_it_does_not_serve() {
        let status = read("This ZooKeeper instance is not currently serving requests\n");
        assert_eq!(status.role, Some(ServerRole::Looking));
    }

    #[test]
    fn an_answer_that_is_none_is_no_server() {
        assert_eq!(read(""), Status::DOWN);
        assert_eq!(read("HTTP/1.1 400 Bad Request\r\n"), Status::DOWN);
    }
}
