//! Files whose names carry a hash of their content.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest, Sha256};

const HASH_LENGTH: usize = 16;

/// The first 16 hexadecimal digits of the SHA-256 of the parts.
pub fn hash<P: AsRef<[u8]>>(parts: impl IntoIterator<Item = P>) -> String {
    let digest = parts.into_iter().fold(Sha256::new(), Digest::chain_update).finalize();
    digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .take(HASH_LENGTH)
        .map(|digit| char::from(HEX[usize::from(digit)]))
        .collect()
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Writes `<stem>-<hash><ending>` and returns its absolute URL path. The name changes with the content, so browsers may
/// cache the file for ever.
pub fn add(dist: &Path, stem: &str, ending: &str, content: &[u8]) -> Result<String> {
    let name = format!("{stem}-{}{ending}", hash([content]));
    fs::write(dist.join(&name), content)?;
    Ok(format!("/{name}"))
}

/// All files under a folder, sorted by path; none if the folder does not exist.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(list(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Copies a folder's files, with their subfolders.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in list(from)? {
        let target = to.join(file.strip_prefix(from)?);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&file, target)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_listed_in_the_order_of_their_names() -> Result<()> {
        let folder = tempfile::tempdir()?;
        for name in ["10-base.css", "00-tokens.css", "20-table.css"] {
            fs::write(folder.path().join(name), "")?;
        }
        let listed = list(folder.path())?;
        let names: Vec<_> = listed.iter().filter_map(|it| it.file_name()?.to_str()).collect();
        assert_eq!(names, ["00-tokens.css", "10-base.css", "20-table.css"]);
        Ok(())
    }

    #[test]
    fn a_name_carries_the_hash_of_the_content() -> Result<()> {
        let folder = tempfile::tempdir()?;
        assert_eq!(add(folder.path(), "app", ".js", b"abc")?, "/app-ba7816bf8f01cfea.js");
        assert_eq!(hash(["a", "bc"]), "ba7816bf8f01cfea");
        Ok(())
    }
}
