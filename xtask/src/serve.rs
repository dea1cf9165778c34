//! `cargo xtask serve`: the page for developing, built again at each change.

use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;

use workshop::Error;

use crate::build;
use crate::process;
use crate::setup::{Machine, Scope};

/// trunk's own default, so that both ways of serving have the same address.
const DEFAULT_PORT: u16 = 8080;
/// How many ports are tried from the default on.
const PORTS_TRIED: u16 = 20;
/// A debug page; in a folder of its own it does not overwrite the release site in dist/.
const SERVED_FOLDER: &str = "served";

#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    port: Option<u16>,
    opens_browser: bool,
}

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    let options = parse(arguments)?;
    let machine = Machine::prepare(Scope::Site)?;
    let port = choose_port(options.port)?;
    println!("xtask: serving http://127.0.0.1:{port}/ (the first build takes about 4 minutes; Ctrl-C ends it)");
    let mut command = build::trunk(&machine, "serve");
    command.args(["--address", "127.0.0.1", "--port", &port.to_string(), "--dist"]);
    command.arg(machine.target_dir.join(SERVED_FOLDER));
    if options.opens_browser {
        command.arg("--open");
    }
    process::become_command(command)
}

fn parse(arguments: &[String]) -> Result<Options, Error> {
    let mut options = Options::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--open" => options.opens_browser = true,
            "--port" => {
                let value = rest.next().ok_or_else(|| Error::usage("`--port` needs a number, as in `--port 8080`"))?;
                options.port = Some(parse_port(value)?);
            }
            other => match other.strip_prefix("--port=") {
                Some(value) => options.port = Some(parse_port(value)?),
                None => return Err(Error::unknown_option("serve", other)),
            },
        }
    }
    Ok(options)
}

fn parse_port(text: &str) -> Result<u16, Error> {
    match text.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(Error::usage(format!("`--port {text}`: a port is a number from 1 to 65535"))),
    }
}

/// The wanted port, or the first free one from the default on.
fn choose_port(wanted: Option<u16>) -> Result<u16, Error> {
    let is_free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    match wanted {
        Some(port) if is_free(port) => Ok(port),
        Some(port) => Err(Error::failed(format!("port {port} is in use; choose another one with `--port`"))),
        None => (DEFAULT_PORT..DEFAULT_PORT + PORTS_TRIED).find(|port| is_free(*port)).ok_or_else(|| {
            Error::failed(format!(
                "the {PORTS_TRIED} ports from {DEFAULT_PORT} on are in use; choose one with `--port`"
            ))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, parse};

    fn parsed(arguments: &[&str]) -> Result<Options, u8> {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        parse(&arguments).map_err(|error| error.exit_code())
    }

    #[test]
    fn a_port_can_be_given_in_both_usual_ways() {
        let wanted = Options { port: Some(9000), opens_browser: true };
        assert_eq!(parsed(&["--port", "9000", "--open"]), Ok(Options { port: Some(9000), opens_browser: true }));
        assert_eq!(parsed(&["--open", "--port=9000"]), Ok(wanted));
    }

    #[test]
    fn what_is_not_understood_ends_with_code_2() {
        for arguments in [["--prot", "9000"].as_slice(), &["--port"], &["--port", "0"], &["--port=x"]] {
            assert_eq!(parsed(arguments), Err(2), "{arguments:?}");
        }
    }
}
