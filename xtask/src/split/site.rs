//! The site with its code taken apart, and the site that observes what runs.

use std::fs;
use std::path::{Path, PathBuf};

use super::list::{List, hash_of};
use super::names::shortened;
use super::observe::observe;
use super::order::ordered;
use super::references::References;
use super::split;
use workshop::{Context, Error};

/// How the file that wasm-bindgen writes ends.
const WASM_ENDING: &str = "_bg.wasm";
/// How the second file ends, and the one with 中文.
pub(crate) const REST_ENDING: &str = "_rest.wasm";
pub(crate) const CHINESE_ENDING: &str = "_zh.wasm";
/// How wasm-bindgen's JavaScript ends.
const GLUE_ENDING: &str = ".js";

/// Runs before the page's code and brings the second file.
const LOADER: &str = include_str!("loader.js");
/// Where the loader has the beginning of the files' names.
const STEM_PLACE: &str = "STEM";
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

/// Takes the code of a built site apart, in place. `linked` is the module as it came from the linker, `make_smaller`
/// optimises some files.
pub(crate) fn split_site(
    dist: &Path,
    list: &str,
    linked: &[u8],
    make_smaller: &dyn Fn(&[PathBuf]) -> Result<(), Error>,
) -> Result<(), Error> {
    let site = Site::read(dist)?;
    let place = |stem: &str, ending: &str| dist.join(format!("{stem}{ending}"));
    let glue = place(&site.stem, GLUE_ENDING);
    let script = fs::read_to_string(&glue).context(|| format!("read {}", glue.display()))?;
    let (wasm, script) = shortened(&site.wasm, &script)?;
    fs::write(&glue, script).context(|| format!("write {}", glue.display()))?;
    let parts = split(&wasm, &List::read(list)?, &References::read(linked)?)?;
    let contents = [(WASM_ENDING, parts.first), (REST_ENDING, parts.rest), (CHINESE_ENDING, parts.chinese)];
    let paths = contents.each_ref().map(|(ending, _)| place(&site.stem, ending));
    for (path, (_, content)) in paths.iter().zip(&contents) {
        fs::write(path, content).context(|| format!("write {}", path.display()))?;
    }
    make_smaller(&paths)?;
    for path in &paths {
        let code = fs::read(path).context(|| format!("read {}", path.display()))?;
        fs::write(path, ordered(&code)?).context(|| format!("write {}", path.display()))?;
    }
    // All files are of one piece, so all have the name that only this set has: a cache must not mix two builds.
    let mut digest = hash_of("");
    for path in &paths {
        let content = fs::read(path).context(|| format!("read {}", path.display()))?;
        digest = content.iter().fold(digest, |digest, byte| (digest ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    }
    let stem = format!("{}-{digest:08x}", site.stem);
    for ending in [WASM_ENDING, REST_ENDING, CHINESE_ENDING, GLUE_ENDING] {
        let old = place(&site.stem, ending);
        fs::rename(&old, place(&stem, ending)).context(|| format!("rename {}", old.display()))?;
    }
    let loader = LOADER.replace(STEM_PLACE, &stem);
    site.write_index(dist, &site.index.replace(&site.stem, &stem), &loader)
}

/// Makes a copy of a built site that observes itself in a folder; its code as it is without that comes back.
pub(crate) fn observed(dist: &Path, folder: &Path) -> Result<Vec<u8>, Error> {
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
    Ok(site.wasm)
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
