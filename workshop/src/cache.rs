//! The folder of the user in which everything is kept that took long to make or to fetch, for all checkouts of this
//! repository.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::PathBuf;

use crate::error::{Context as _, Error};

/// The user's folder of things that took long to make, shared by all checkouts.
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    pub fn open() -> Result<Self, Error> {
        let base = env::var_os("XDG_CACHE_HOME")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
            .or_else(|| env::home_dir().map(|home| home.join(".cache")))
            .ok_or_else(|| {
                Error::failed("there is no home folder for built tools; set XDG_CACHE_HOME to a folder that stays")
            })?;
        let folder = base.join("brokerscope");
        fs::create_dir_all(&folder).context(|| format!("make the cache folder {}", folder.display()))?;
        Ok(Self { folder })
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// One set-up at a time: two that build the same tool would only slow each other down. The operating system
    /// releases the lock when the process ends, however it ends.
    pub fn lock(&self) -> Result<File, Error> {
        let path = self.join("lock");
        let file = File::create(&path).context(|| format!("write {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                println!("xtask: another set-up is running on this machine; waiting for it");
                file.lock().context(|| format!("lock {}", path.display()))?;
                Ok(file)
            }
            Err(TryLockError::Error(error)) => {
                Err(Error::failed(format!("could not lock {}: {error}", path.display())))
            }
        }
    }
}
