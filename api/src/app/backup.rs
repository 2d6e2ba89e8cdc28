//! Backups of the database and of the keys in the data folder, to a new folder that only its owner can read.
//! The server may run meanwhile.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query};
use percent_encoding::percent_decode_str;

use crate::{
    config::{BackupConfig, SQLITE_FILE, create_private_file, private_dir_builder},
    db::DatabaseUrl,
};

/// The file name of a PostgreSQL dump.
pub const DUMP_FILE: &str = "songjiao.dump";

/// The files of a backup.
#[derive(Debug)]
pub struct Backup {
    /// The copy of the database.
    pub database: PathBuf,
    /// The copies of the keys that were in the data folder.
    pub keys: Vec<PathBuf>,
}

/// Creates the folder and fills it. Removes it again on failure.
///
/// # Errors
/// A sentence for the person who runs the command.
pub fn backup(config: &BackupConfig) -> Result<Backup, String> {
    let (url, target) = (config.data.url()?, &config.target);
    private_dir_builder().create(target).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => format!("{} exists already, and nothing is overwritten", target.display()),
        _ => format!("the folder {} cannot be created: {error}", target.display()),
    })?;
    let backup = copy_database(config, &url)
        .and_then(|database| Ok(Backup { database, keys: copy_keys(&config.data.data_dir, target)? }));
    if backup.is_err() {
        let _ = fs::remove_dir_all(target);
    }
    backup
}

fn copy_database(config: &BackupConfig, url: &DatabaseUrl) -> Result<PathBuf, String> {
    let copy = config.target.join(match url {
        DatabaseUrl::Sqlite(_) => SQLITE_FILE,
        DatabaseUrl::Postgres(_) => DUMP_FILE,
    });
    // Created beforehand, because neither SQLite nor pg_dump restricts who can read its output.
    create_private_file(&copy).map_err(|error| unwritable(&copy, error))?;
    match url {
        DatabaseUrl::Sqlite(path) => copy_sqlite(path, &copy)?,
        DatabaseUrl::Postgres(url) => dump_postgres(&config.pg_dump, url, &copy)?,
    }
    // A finished backup survives a power failure.
    fs::File::open(&copy).and_then(|file| file.sync_all()).map_err(|error| unwritable(&copy, error))?;
    Ok(copy)
}

fn unwritable(path: &Path, error: impl std::fmt::Display) -> String {
    format!("{} cannot be written: {error}", path.display())
}

#[derive(QueryableByName)]
struct IntegrityRow {
    #[diesel(sql_type = diesel::sql_types::Text)]
    integrity_check: String,
}

/// Copies the database in one read transaction, which does not block writers.
fn copy_sqlite(path: &str, copy: &Path) -> Result<(), String> {
    // SQLite would create a missing file and back up nothing.
    if !Path::new(path).is_file() {
        return Err(format!("there is no database {path}"));
    }
    let open = |path: &str| SqliteConnection::establish(path).map_err(|error| format!("{path}: {error}"));
    let name = copy.to_str().ok_or_else(|| format!("{} is not valid UTF-8", copy.display()))?;
    let mut from = open(path)?;
    from.batch_execute("PRAGMA busy_timeout = 30000")
        .and_then(|()| sql_query("VACUUM INTO ?").bind::<diesel::sql_types::Text, _>(name).execute(&mut from))
        .map_err(|error| unwritable(copy, error))?;
    let found: Vec<IntegrityRow> = sql_query("PRAGMA integrity_check")
        .load(&mut open(name)?)
        .map_err(|error| format!("the copy cannot be read: {error}"))?;
    match found.as_slice() {
        [one] if one.integrity_check == "ok" => Ok(()),
        [first, ..] => Err(format!("the copy is damaged: {}", first.integrity_check)),
        [] => Err("the copy could not be checked".to_owned()),
    }
}

fn dump_postgres(pg_dump: &Path, url: &str, copy: &Path) -> Result<(), String> {
    let (url, password) = without_password(url);
    let mut command = Command::new(pg_dump);
    command.args(["--format=custom", "--no-password"]).arg("--file").arg(copy).arg(format!("--dbname={url}"));
    // Arguments show in the process list; the environment does not.
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let done = command.stdin(Stdio::null()).output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!(
            "{} was not found: install PostgreSQL's client programs, of the server's version or later, or set --pg-dump",
            pg_dump.display()
        ),
        _ => format!("{} cannot be started: {error}", pg_dump.display()),
    })?;
    if done.status.success() {
        Ok(())
    } else {
        Err(format!("pg_dump failed: {}", String::from_utf8_lossy(&done.stderr).trim()))
    }
}

/// Splits a URL into the URL without its password and the password, from the user part or a parameter.
fn without_password(url: &str) -> (String, Option<String>) {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let (address, query) = rest.split_once('?').map_or((rest, None), |(address, query)| (address, Some(query)));
    let mut password = None;
    let address = match address.rsplit_once('@') {
        Some((user, host)) => {
            let (user, given) = user.split_once(':').map_or((user, None), |(user, given)| (user, Some(given)));
            password = given.map(decoded);
            format!("{user}@{host}")
        }
        None => address.to_owned(),
    };
    let mut others = Vec::new();
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("password", given)) => password = Some(decoded(given)),
            _ => others.push(pair),
        }
    }
    let query = if others.is_empty() { String::new() } else { format!("?{}", others.join("&")) };
    (format!("{scheme}://{address}{query}"), password)
}

/// Copies the generated keys. Without `id.key` the ID numbers of the copy are lost.
fn copy_keys(data_dir: &Path, target: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error| format!("the data folder {} cannot be read: {error}", data_dir.display());
    let mut keys = Vec::new();
    let entries = match fs::read_dir(data_dir) {
        Ok(entries) => entries,
        // With PostgreSQL and every key in the environment there is no data folder.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(keys),
        Err(error) => return Err(unreadable(error)),
    };
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let Some(name) = path.file_name().filter(|_| path.extension().is_some_and(|kind| kind == "key")) else {
            continue;
        };
        let copy = target.join(name);
        let key = fs::read(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        create_private_file(&copy)
            .and_then(|mut file| std::io::Write::write_all(&mut file, &key).and_then(|()| file.sync_all()))
            .map_err(|error| unwritable(&copy, error))?;
        keys.push(copy);
    }
    keys.sort();
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_of_the_url_wherever_it_stands() {
        for (url, seen, password) in [
            ("postgres://db/songjiao", "postgres://db/songjiao", None),
            ("postgres://ming@db:5433/s", "postgres://ming@db:5433/s", None),
            (
                "postgresql://ming:p%40ss+1@db/s?sslmode=require",
                "postgresql://ming@db/s?sslmode=require",
                Some("p@ss+1"),
            ),
            ("postgres://ming@db/s?password=a%26b&port=5433", "postgres://ming@db/s?port=5433", Some("a&b")),
            ("postgres:///s?password=x", "postgres:///s", Some("x")),
        ] {
            assert_eq!(without_password(url), (seen.to_owned(), password.map(str::to_owned)), "{url}");
        }
    }
}
