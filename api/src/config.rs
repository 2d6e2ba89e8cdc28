//! What an installation can set, from the command line or the environment.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;

use crate::db::DatabaseUrl;
pub use crate::{
    auth::profile::PasswordProfile,
    exchange::webhooks::Retries,
    http::{cors::Origins, limits::RateLimit},
};

/// The embedded database, in the data folder.
pub const SQLITE_FILE: &str = "songjiao.sqlite";

/// Where the data is.
#[derive(Args, Clone)]
pub struct DataConfig {
    /// The folder for the embedded database and the keys
    #[arg(long, env = "SONGJIAO_DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,
    /// sqlite://… or postgres://…; by default SQLite in the data folder
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<DatabaseUrl>,
    /// How many queries may run at once
    #[arg(long, env = "SONGJIAO_DATABASE_CONNECTIONS", default_value_t = 8)]
    pub connections: u32,
}

/// What an empty installation is set up with.
#[derive(Args, Clone)]
pub struct FirstStart {
    /// The password of `admin` in an empty installation; by default a random one, printed once
    #[arg(long, env = "SONGJIAO_ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<String>,
    /// The code of the root organization of an empty installation
    #[arg(long, env = "SONGJIAO_ROOT_CODE", default_value = "220283")]
    pub root_code: String,
    /// The name of the root organization of an empty installation
    #[arg(long, env = "SONGJIAO_ROOT_NAME", default_value = "舒兰市教育局")]
    pub root_name: String,
}

/// What to back up, and where to.
#[derive(Args, Clone)]
pub struct BackupConfig {
    #[command(flatten)]
    pub data: DataConfig,
    /// The folder to make
    pub target: PathBuf,
    /// PostgreSQL's pg_dump, where it is off the PATH
    #[arg(long, env = "SONGJIAO_PG_DUMP", default_value = "pg_dump")]
    pub pg_dump: PathBuf,
}

/// Whose account to put right.
#[derive(Args, Clone)]
pub struct AccountConfig {
    #[command(flatten)]
    pub data: DataConfig,
    /// By which rules passwords are taken
    #[arg(long, env = "SONGJIAO_PASSWORD_PROFILE", value_enum, default_value_t)]
    pub password_profile: PasswordProfile,
    /// The name to sign in with
    pub username: String,
}

/// How to serve.
#[derive(Args, Clone)]
pub struct ServeConfig {
    #[command(flatten)]
    pub data: DataConfig,
    #[command(flatten)]
    pub first_start: FirstStart,
    /// The address to listen at
    #[arg(long, env = "SONGJIAO_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// The folder of the built SPA, to be served from the same address
    #[arg(long, env = "SONGJIAO_WEB_DIR")]
    pub web_dir: Option<PathBuf>,
    /// A proxy stands before this: the caller's address is the last of X-Forwarded-For
    #[arg(long, env = "SONGJIAO_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// Signs the access tokens; at least 32 characters; by default made and kept in the data folder
    #[arg(long, env = "SONGJIAO_JWT_SECRET", hide_env_values = true)]
    pub jwt_secret: Option<String>,
    /// Encrypts ID numbers, and makes the secrets of webhooks; at least 32 characters; by default made
    /// and kept in the data folder. Whoever loses it loses both.
    #[arg(long, env = "SONGJIAO_ID_KEY", hide_env_values = true)]
    pub id_key: Option<String>,
    /// Seconds for which an access token is good
    #[arg(long, env = "SONGJIAO_ACCESS_TOKEN_SECONDS", default_value_t = 900, value_parser = clap::value_parser!(i64).range(1..=86_400))]
    pub access_token_seconds: i64,
    /// By which rules passwords are taken
    #[arg(long, env = "SONGJIAO_PASSWORD_PROFILE", value_enum, default_value_t)]
    pub password_profile: PasswordProfile,
    /// Requests a second, and at once: of an address to what is public, of a user to the rest; or off
    #[arg(long, env = "SONGJIAO_RATE_LIMIT", default_value = "20/200,1000/5000")]
    pub rate_limit: RateLimit,
    /// The origins of other sites whose pages may call the API, separated by commas; none by default
    #[arg(long, env = "SONGJIAO_CORS_ORIGINS", default_value = "")]
    pub cors_origins: Origins,
    /// Opens /metrics to whoever shows it as a bearer token; at least 32 characters.
    /// Without it they are for callers on the machine itself.
    #[arg(long, env = "SONGJIAO_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    #[command(flatten)]
    pub webhooks: WebhookConfig,
}

/// How messages of webhooks are sent.
#[derive(Args, Clone)]
pub struct WebhookConfig {
    /// Seconds between the attempts of a message, as many as there are further attempts
    #[arg(long, env = "SONGJIAO_WEBHOOK_RETRIES", default_value = "5,300,1800,7200,18000,36000,50400,72000,86400")]
    pub webhook_retries: Retries,
    /// Seconds that a receiver may take to answer
    #[arg(long, env = "SONGJIAO_WEBHOOK_TIMEOUT", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=60))]
    pub webhook_timeout: u64,
    /// Lets messages go to the inner network, also unencrypted: for receivers beside this server
    #[arg(long, env = "SONGJIAO_WEBHOOK_PRIVATE")]
    pub webhook_private: bool,
}

impl DataConfig {
    /// Where the database is; makes the data folder where that is SQLite's.
    pub fn url(&self) -> Result<DatabaseUrl, String> {
        if let Some(url) = &self.database_url {
            return Ok(url.clone());
        }
        self.make_dir()?;
        Ok(DatabaseUrl::Sqlite(self.data_dir.join(SQLITE_FILE).display().to_string()))
    }

    fn make_dir(&self) -> Result<(), String> {
        fs::create_dir_all(&self.data_dir)
            .map_err(|error| format!("the data folder {} cannot be made: {error}", self.data_dir.display()))
    }

    /// A secret that is made at the first need and kept, readable by nobody else.
    pub fn kept_secret(&self, name: &str) -> Result<Vec<u8>, String> {
        let path = self.data_dir.join(name);
        let failed = |error: io::Error| format!("the key {} cannot be kept: {error}", path.display());
        match fs::read(&path) {
            Ok(secret) if secret.len() >= 32 => return Ok(secret),
            Ok(_) => return Err(format!("the key {} is too short", path.display())),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            Err(_) => {}
        }
        self.make_dir()?;
        let secret = rand::random::<[u8; 32]>();
        let mut file = new_private_file(&path).map_err(failed)?;
        io::Write::write_all(&mut file, &secret).map_err(failed)?;
        Ok(secret.to_vec())
    }
}

/// A file that was not there before, for its owner alone.
pub fn new_private_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl ServeConfig {
    /// The secret under which ID numbers are kept.
    pub fn id_secret(&self) -> Result<Vec<u8>, String> {
        match &self.id_key {
            Some(secret) => Ok(secret.clone().into_bytes()),
            None => self.data.kept_secret("id.key"),
        }
    }

    /// The secret that signs the access tokens.
    pub fn token_secret(&self) -> Result<Vec<u8>, String> {
        match &self.jwt_secret {
            Some(secret) if secret.len() >= 32 => Ok(secret.clone().into_bytes()),
            Some(_) => Err("SONGJIAO_JWT_SECRET needs at least 32 characters".to_owned()),
            None => self.data.kept_secret("jwt.key"),
        }
    }
}
