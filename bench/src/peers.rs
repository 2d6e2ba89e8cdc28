//! The databases' own imports.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use xtask::cmd;

/// A database's own import.
pub trait Peer {
    /// Saves the table as it is now, for [`Peer::import`].
    fn save(&self) -> Result<()>;
    /// Writes the rows that the API has imported to a file.
    fn dump(&self, rows: &Path) -> Result<()>;
    /// Imports the rows into a copy of the saved table. Returns how long it took.
    fn import(&self, rows: &Path, count: usize) -> Result<Duration>;
}

pub struct Sqlite(PathBuf);

impl Sqlite {
    pub fn at(file: PathBuf) -> Self {
        Self(file)
    }

    fn saved(&self) -> PathBuf {
        self.0.with_extension("saved")
    }

    fn shell(database: &Path, commands: &[&str]) -> Result<String> {
        cmd::read(Command::new("sqlite3").arg(database).args(commands))
    }
}

impl Peer for Sqlite {
    fn save(&self) -> Result<()> {
        Self::shell(&self.0, &["PRAGMA wal_checkpoint(TRUNCATE)"])?;
        fs::copy(&self.0, self.saved())?;
        Ok(())
    }

    fn dump(&self, rows: &Path) -> Result<()> {
        let into = format!(".once {}", rows.display());
        Self::shell(&self.0, &[".mode csv", &into, "SELECT * FROM hour_records"])?;
        Ok(())
    }

    fn import(&self, rows: &Path, count: usize) -> Result<Duration> {
        let copy = self.0.with_extension("copy");
        fs::copy(self.saved(), &copy)?;
        let import = format!(".import {} hour_records", rows.display());
        let started = Instant::now();
        Self::shell(&copy, &[".mode csv", "PRAGMA synchronous = FULL", &import])?;
        let took = started.elapsed();
        let found = Self::shell(&copy, &["SELECT count(*) FROM hour_records"])?;
        ensure!(found.trim() == count.to_string(), "sqlite3 imported {found}");
        fs::remove_file(copy)?;
        Ok(took)
    }
}

pub struct Postgres {
    psql: PathBuf,
    /// Of the database `postgres`.
    url: String,
}

impl Postgres {
    /// `url` is that of the database `postgres`.
    pub fn new(psql: PathBuf, url: String) -> Self {
        Self { psql, url }
    }

    pub fn database(&self, name: &str) -> String {
        let (server, _) = self.url.rsplit_once('/').unwrap_or_default();
        format!("{server}/{name}")
    }

    pub fn run(&self, command: &str) -> Result<String> {
        self.run_in("postgres", command)
    }

    fn run_in(&self, database: &str, command: &str) -> Result<String> {
        let mut psql = Command::new(&self.psql);
        psql.args(["--quiet", "--no-psqlrc", "--tuples-only", "--no-align", "--dbname", &self.database(database)]);
        cmd::read(psql.args(["--set", "ON_ERROR_STOP=1", "--command", command]))
    }
}

impl Peer for Postgres {
    fn save(&self) -> Result<()> {
        self.run("CREATE DATABASE saved TEMPLATE county").map(|_| ())
    }

    fn dump(&self, rows: &Path) -> Result<()> {
        let copy = format!("\\copy (SELECT * FROM hour_records) TO '{}' CSV", rows.display());
        self.run_in("county", &copy).map(|_| ())
    }

    fn import(&self, rows: &Path, count: usize) -> Result<Duration> {
        self.run("CREATE DATABASE copy TEMPLATE saved")?;
        let started = Instant::now();
        self.run_in("copy", &format!("\\copy hour_records FROM '{}' CSV", rows.display()))?;
        let took = started.elapsed();
        let found = self.run_in("copy", "SELECT count(*) FROM hour_records")?;
        ensure!(found.trim() == count.to_string(), "psql imported {found}");
        self.run("DROP DATABASE copy")?;
        Ok(took)
    }
}
