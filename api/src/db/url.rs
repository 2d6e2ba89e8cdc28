use std::str::FromStr;

/// The address of the database: `sqlite://path`, `postgres://…` or `postgresql://…`.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// The path of the file.
    Sqlite(String),
    /// The whole URL, as libpq reads it.
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        match url.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.to_owned())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(url.to_owned())),
            _ => Err("DATABASE_URL has to begin with sqlite:// or postgres://".to_owned()),
        }
    }
}
