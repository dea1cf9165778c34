//! Serves a folder on a free port of 127.0.0.1, as any static host would: for the end-to-end test and for pictures.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use workshop::{Context, Error};

use crate::size;

/// The site is served below a path, not at the root, so that an address which is not relative fails the test.
const BASE_PATH: &str = "/some/folder/";

/// A browser that opens a connection and says nothing must not keep a thread for ever.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// What is served, and what of it was compressed: by path.
struct Site {
    folder: PathBuf,
    gzipped: BTreeMap<PathBuf, Vec<u8>>,
}

/// Serves until the process ends; returns the address of the site.
pub(crate) fn start(folder: PathBuf) -> Result<String, Error> {
    serve(Site { folder, gzipped: BTreeMap::new() })
}

/// The same, gzipped as static hosts do it; every browser understands that.
pub(crate) fn start_compressed(folder: PathBuf) -> Result<String, Error> {
    let mut paths = Vec::new();
    size::collect(&folder, &mut paths)?;
    let compress = |path: PathBuf| {
        let gzipped = fs::read(&path).and_then(|content| size::gzipped(&content));
        Ok((path.clone(), gzipped.context(|| format!("compress {}", path.display()))?))
    };
    let gzipped = paths.into_iter().map(compress).collect::<Result<_, Error>>()?;
    serve(Site { folder, gzipped })
}

fn serve(site: Site) -> Result<String, Error> {
    let site = Arc::new(site);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context(|| "open a port on 127.0.0.1".to_owned())?;
    let address = listener.local_addr().context(|| "read the port".to_owned())?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let site = Arc::clone(&site);
            // A browser that hangs up early is not the site's fault.
            thread::spawn(move || drop(answer(&stream, &site)));
        }
    });
    Ok(format!("http://{address}{BASE_PATH}"))
}

fn answer(mut stream: &TcpStream, site: &Site) -> std::io::Result<()> {
    stream.set_read_timeout(Some(READ_TIMEOUT))?;
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    // Closing a connection with unread headers would reset it before the browser has the answer.
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let found = file_of(&request, &site.folder).and_then(|path| {
        let (body, encoding) = match site.gzipped.get(&path) {
            Some(gzipped) => (gzipped.clone(), "Content-Encoding: gzip\r\n"),
            None => (fs::read(&path).ok()?, ""),
        };
        Some((body, encoding, content_type(&path)))
    });
    let (status, (body, encoding, kind)) = match found {
        Some(found) => ("200 OK", found),
        None => ("404 Not Found", (b"not found".to_vec(), "", "text/plain")),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{encoding}Connection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}

/// The file that a request line asks for, if it lies below the base path and inside the folder.
fn file_of(request_line: &str, folder: &Path) -> Option<PathBuf> {
    let target = request_line.strip_prefix("GET ")?.split_whitespace().next()?;
    let path = target.split(['?', '#']).next()?.strip_prefix(BASE_PATH)?;
    let path = if path.is_empty() { "index.html" } else { path };
    let is_inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    is_inside.then(|| folder.join(path))
}

/// wasm needs its type: a browser refuses to compile it while it downloads otherwise.
fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        Some("tsv") => "text/tab-separated-values; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::file_of;

    #[test]
    fn a_request_names_a_file_below_the_base_path_and_nothing_outside() {
        let folder = Path::new("dist");
        let file = |line| file_of(line, folder);
        assert_eq!(file("GET /some/folder/?lang=zh HTTP/1.1"), Some(PathBuf::from("dist/index.html")));
        assert_eq!(file("GET /some/folder/a/b.js HTTP/1.1"), Some(PathBuf::from("dist/a/b.js")));
        assert_eq!(file("GET /a.js HTTP/1.1"), None);
        assert_eq!(file("GET /some/folder/../Cargo.toml HTTP/1.1"), None);
        assert_eq!(file("POST /some/folder/ HTTP/1.1"), None);
    }
}
