//! The size of the site as it travels: gzipped and with brotli, file by file; what the first load is of it.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use workshop::{Context, Error};

use crate::build;
use crate::setup::Machine;
use crate::split::{CHINESE_ENDING, REST_ENDING};

/// What all HTML, CSS, JavaScript and wasm together may weigh, gzipped. A ratchet: it goes down with each gain, and up only
/// with a feature that is worth it; the commit says so. The aim is 720 000.
pub(crate) const DIST_BUDGET_BYTES: u64 = 741_000;

/// What of it may be fetched before the opening scene is there. A ratchet too; the aim was 420 000.
pub(crate) const FIRST_LOAD_BUDGET_BYTES: u64 = 396_000;

/// The kinds of files that the budget is about.
const COUNTED_EXTENSIONS: &[&str] = &["html", "css", "js", "wasm"];

pub(crate) struct Size {
    /// Largest first.
    files: Vec<FileSize>,
}

struct FileSize {
    name: String,
    plain_bytes: u64,
    gzipped_bytes: u64,
    /// Where Node.js is at hand to measure it.
    brotli_bytes: Option<u64>,
}

impl FileSize {
    /// The second file of code comes after it. Of the languages, English is counted: its words are the longer ones.
    fn is_of_first_load(&self) -> bool {
        !self.name.ends_with(REST_ENDING) && !self.name.ends_with(CHINESE_ENDING)
    }
}

impl Size {
    pub(crate) fn total_gzipped_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.gzipped_bytes).sum()
    }

    /// Of what the opening scene needs.
    pub(crate) fn first_load_gzipped_bytes(&self) -> u64 {
        self.files.iter().filter(|file| file.is_of_first_load()).map(|file| file.gzipped_bytes).sum()
    }

    /// Of the files with this ending.
    pub(crate) fn gzipped_bytes_of(&self, ending: &str) -> u64 {
        self.files.iter().filter(|file| file.name.ends_with(ending)).map(|file| file.gzipped_bytes).sum()
    }

    pub(crate) fn is_within_budget(&self) -> bool {
        // A site without files has not been built.
        !self.files.is_empty()
            && self.total_gzipped_bytes() <= DIST_BUDGET_BYTES
            && self.first_load_gzipped_bytes() <= FIRST_LOAD_BUDGET_BYTES
    }
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with_brotli = |gzipped: u64, brotli: Option<u64>| {
            let brotli = brotli.map_or_else(String::new, |bytes| format!(", {bytes:>7} with brotli"));
            format!("{gzipped:>8} bytes gzipped{brotli}")
        };
        let brotli_of = |is_counted: fn(&FileSize) -> bool| {
            self.files.iter().filter(|file| is_counted(file)).map(|file| file.brotli_bytes).sum::<Option<u64>>()
        };
        for file in &self.files {
            let sizes = with_brotli(file.gzipped_bytes, file.brotli_bytes);
            writeln!(formatter, "  {sizes} ({:>7} plain)  {}", file.plain_bytes, file.name)?;
        }
        let first = with_brotli(self.first_load_gzipped_bytes(), brotli_of(FileSize::is_of_first_load));
        writeln!(formatter, "  {first}  first load, of {FIRST_LOAD_BUDGET_BYTES} allowed gzipped")?;
        let total = with_brotli(self.total_gzipped_bytes(), brotli_of(|_| true));
        writeln!(formatter, "  {total}  in all, of {DIST_BUDGET_BYTES} allowed gzipped")
    }
}

/// Measures the built site.
pub(crate) fn measure(machine: &Machine) -> Result<Size, Error> {
    let dist = &build::dist(machine);
    let mut paths = Vec::new();
    collect(dist, &mut paths)?;
    let mut brotli = brotli_lengths(machine, &paths).into_iter();
    let mut files = Vec::new();
    for path in paths {
        let content = fs::read(&path).context(|| format!("read {}", path.display()))?;
        let name = path.strip_prefix(dist).unwrap_or(&path).display().to_string();
        let gzipped_bytes = gzipped(&content).context(|| format!("compress {name}"))?.len() as u64;
        let plain_bytes = content.len() as u64;
        files.push(FileSize { name, plain_bytes, gzipped_bytes, brotli_bytes: brotli.next() });
    }
    files.sort_by(|a, b| b.gzipped_bytes.cmp(&a.gzipped_bytes).then_with(|| a.name.cmp(&b.name)));
    Ok(Size { files })
}

/// The files below a folder that the budget is about.
pub(crate) fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).context(|| format!("read {}", folder.display()))? {
        let path = entry.context(|| format!("read {}", folder.display()))?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|it| COUNTED_EXTENSIONS.iter().any(|counted| it == *counted)) {
            paths.push(path);
        }
    }
    Ok(())
}

/// As static hosts compress a file once.
pub(crate) fn gzipped(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

/// What hosts with brotli would send, by the one compressor that such a machine has. Empty where Node.js is missing.
fn brotli_lengths(machine: &Machine, paths: &[PathBuf]) -> Vec<u64> {
    const SCRIPT: &str = "const fs = require('fs'), zlib = require('zlib');\
        for (const file of process.argv.slice(1)) console.log(zlib.brotliCompressSync(fs.readFileSync(file)).length)";
    let output = machine.command("node").args(["-e", SCRIPT]).args(paths).output();
    let printed = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    printed.lines().filter_map(|line| line.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{DIST_BUDGET_BYTES, FIRST_LOAD_BUDGET_BYTES, FileSize, Size};

    fn site_of(first: u64, rest: u64) -> Size {
        let file = |name: &str, gzipped_bytes| FileSize {
            name: name.to_owned(),
            plain_bytes: 0,
            gzipped_bytes,
            brotli_bytes: None,
        };
        Size { files: vec![file("a_bg.wasm", first), file("a_rest.wasm", rest)] }
    }

    #[test]
    fn each_budget_itself_is_allowed_and_one_byte_more_is_not() {
        let later = DIST_BUDGET_BYTES - FIRST_LOAD_BUDGET_BYTES;
        assert!(site_of(FIRST_LOAD_BUDGET_BYTES, later).is_within_budget());
        assert!(!site_of(FIRST_LOAD_BUDGET_BYTES, later + 1).is_within_budget());
        assert!(!site_of(FIRST_LOAD_BUDGET_BYTES + 1, 0).is_within_budget());
    }

    #[test]
    fn an_empty_site_is_not_within_the_budget() {
        assert!(!Size { files: Vec::new() }.is_within_budget());
    }
}
