//! The site in two files of code, and the site that observes what runs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use workshop::{Context, Error};

use super::{Names, hash_of, observe, read_list, split};

/// How the file that wasm-bindgen writes ends.
const WASM_ENDING: &str = "_bg.wasm";
/// How the second file of code ends.
pub(crate) const REST_ENDING: &str = "_rest.wasm";

/// Runs before the page's code and brings the second file.
const LOADER: &str = include_str!("loader.js");
/// Where the loader has the second file's name.
const REST_PLACE: &str = "REST";
/// Collects what the observed module says.
const WITNESS: &str = "
    window.ran = {};
    ['instantiateStreaming', 'instantiate'].forEach((name) => {
      const original = WebAssembly[name];
      WebAssembly[name] = (source, imports) => {
        imports.split = { mark: (index) => { window.ran[index] = 1; } };
        return original.call(WebAssembly, source, imports);
      };
    });";

/// Takes the code of a built site apart, in place.
pub(crate) fn split_site(dist: &Path, list: &str) -> Result<(), Error> {
    let site = Site::read(dist)?;
    let halves = split(&site.wasm, &read_list(list)?)?;
    // Both files are of one piece, so both have the name that only this pair has: a cache must not mix two builds.
    let mut digest = hash_of("");
    for byte in halves.first.iter().chain(&halves.rest) {
        digest = (digest ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    }
    let stem = format!("{}-{digest:08x}", site.stem);
    let write = |ending: &str, content: &[u8]| {
        let path = dist.join(format!("{stem}{ending}"));
        fs::write(&path, content).context(|| format!("write {}", path.display()))
    };
    write(WASM_ENDING, &halves.first)?;
    write(REST_ENDING, &halves.rest)?;
    let old_code = dist.join(format!("{}{WASM_ENDING}", site.stem));
    fs::remove_file(&old_code).context(|| format!("remove {}", old_code.display()))?;
    let (old_glue, glue) = (dist.join(format!("{}.js", site.stem)), dist.join(format!("{stem}.js")));
    fs::rename(&old_glue, glue).context(|| format!("rename {}", old_glue.display()))?;
    let loader = LOADER.replace(REST_PLACE, &format!("{stem}{REST_ENDING}"));
    site.write_index(dist, &site.index.replace(&site.stem, &stem), &loader)
}

/// Makes a copy of a built site that observes itself in a folder; the names of its functions come back.
pub(crate) fn observed(dist: &Path, folder: &Path) -> Result<Vec<(u32, String)>, Error> {
    let site = Site::read(dist)?;
    // What an earlier build left there would be served too.
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).context(|| format!("make {}", folder.display()))?;
    for entry in fs::read_dir(dist).context(|| format!("read {}", dist.display()))?.flatten() {
        fs::copy(entry.path(), folder.join(entry.file_name()))
            .context(|| format!("copy {}", entry.path().display()))?;
    }
    let path = folder.join(format!("{}{WASM_ENDING}", site.stem));
    fs::write(&path, observe(&site.wasm)?).context(|| format!("write {}", path.display()))?;
    site.write_index(folder, &site.index, WITNESS)?;
    let names = Names::read(&site.wasm)?;
    Ok(names.iter().map(|(index, name)| (index, name.to_owned())).collect())
}

/// The list's text: of all functions those that did not run. Where one of several with the same name ran, all count as such.
pub(crate) fn list_of(names: &[(u32, String)], ran: &BTreeSet<u32>) -> String {
    let hashes = |wanted: bool| {
        names.iter().filter(move |(index, _)| ran.contains(index) == wanted).map(|(_, name)| hash_of(name)).collect()
    };
    let (later, first): (BTreeSet<u32>, BTreeSet<u32>) = (hashes(false), hashes(true));
    let lines: Vec<String> = later.difference(&first).map(|hash| format!("{hash:08x}\n")).collect();
    format!(
        "# Functions that the opening scene does not run, by the hash of their names: `cargo xtask profile`.\n{}",
        lines.concat()
    )
}

struct Site {
    /// How the names of its code and glue begin.
    stem: String,
    wasm: Vec<u8>,
    index: String,
}

impl Site {
    fn read(dist: &Path) -> Result<Self, Error> {
        let entries = fs::read_dir(dist).context(|| format!("read {}", dist.display()))?;
        let files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        let name_of = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
        let stem = files
            .iter()
            .filter_map(name_of)
            .find_map(|name| name.strip_suffix(WASM_ENDING).map(str::to_owned))
            .ok_or_else(|| Error::failed(format!("there is no code in {}", dist.display())))?;
        let code = dist.join(format!("{stem}{WASM_ENDING}"));
        let index = dist.join("index.html");
        Ok(Self {
            stem,
            wasm: fs::read(&code).context(|| format!("read {}", code.display()))?,
            index: fs::read_to_string(&index).context(|| format!("read {}", index.display()))?,
        })
    }

    /// Writes the page with a script that runs before its code.
    fn write_index(&self, folder: &Path, index: &str, script: &str) -> Result<(), Error> {
        let place = index.find("<script type=module").or_else(|| index.find("<script type=\"module\""));
        let (before, from) = index.split_at(place.ok_or_else(|| Error::failed("index.html starts no code"))?);
        let path = folder.join("index.html");
        fs::write(&path, format!("{before}<script>{script}</script>{from}"))
            .context(|| format!("write {}", path.display()))
    }
}
