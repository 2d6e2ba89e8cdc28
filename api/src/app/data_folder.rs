//! The data folder: readable by its owner alone, and free of the files that a killed process left.

use std::{fs, io, path::Path};

use crate::{
    config::{create_private_dir, create_private_file},
    db::{Database, DatabaseUrl},
    exchange::imports,
    http::idempotency,
};

/// Creates the file of an SQLite database, which only its owner can read. SQLite gives its other files the same
/// permissions. Restricts those that exist.
pub(super) fn restrict_database(url: &DatabaseUrl) {
    let DatabaseUrl::Sqlite(path) = url else { return };
    if path.starts_with(':') || path.starts_with("file:") {
        return;
    }
    // If it cannot be created, SQLite gives the reason.
    let _ = create_private_file(Path::new(path));
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let file = format!("{path}{suffix}");
        if Path::new(&file).is_file() {
            restrict(Path::new(&file));
        }
    }
}

/// Creates the data folder and restricts it with all that is in it.
///
/// # Errors
/// A sentence for the person who starts the program, if the folder cannot be created.
pub(super) fn restrict_all(dir: &Path) -> Result<(), String> {
    create_private_dir(dir).map_err(|error| format!("the folder {} cannot be created: {error}", dir.display()))?;
    restrict(dir);
    Ok(())
}

/// Restricts a file, or a folder with all that is in it, to its owner. On a volume of another owner that fails, and the
/// program goes on.
fn restrict(path: &Path) {
    if let Err(error) = try_restrict(path) {
        tracing::warn!(path = %path.display(), %error, "others may be able to read it");
    }
}

fn try_restrict(path: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_symlink() {
        return Ok(());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if kind.is_dir() { 0o700 } else { 0o600 };
        if fs::metadata(path)?.permissions().mode() & 0o777 != mode {
            fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
        }
    }
    if kind.is_dir() {
        for entry in fs::read_dir(path)? {
            restrict(&entry?.path());
        }
    }
    Ok(())
}

/// Removes the files that a killed process left: uploads whose import is not queued, and bodies of requests. A data
/// folder belongs to one process, so nobody else is writing them.
///
/// # Errors
/// A sentence for the person who starts the program.
pub(super) fn remove_leftovers(data_dir: &Path, db: &Database) -> Result<(), String> {
    let queued = imports::queued_ids(db).map_err(|error| format!("the queued imports cannot be read: {error}"))?;
    remove_files(&data_dir.join(imports::FOLDER), |name| queued.iter().any(|id| id.to_string() == name));
    remove_files(&data_dir.join(idempotency::FOLDER), |_| false);
    Ok(())
}

/// Removes the files of a folder, except those to keep by their names.
fn remove_files(dir: &Path, keep: impl Fn(&str) -> bool) {
    // At the first start there is no folder.
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let kept = entry.file_name().to_str().is_some_and(&keep);
        if !kept
            && entry.file_type().is_ok_and(|kind| kind.is_file())
            && let Err(error) = fs::remove_file(entry.path())
        {
            tracing::warn!(path = %entry.path().display(), %error, "a leftover file could not be removed");
        }
    }
}
