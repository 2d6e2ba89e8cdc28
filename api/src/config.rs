//! The settings of an installation, from the command line or the environment.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;

use crate::db::DatabaseUrl;
pub use crate::{
    auth::profile::PasswordProfile,
    exchange::webhooks::Retries,
    http::{cors::Origins, limits::RateLimit, parts::PublicUrl},
};

/// The file name of the SQLite database in the data folder.
pub const SQLITE_FILE: &str = "songjiao.sqlite";

/// The data of an installation.
#[derive(Args, Clone)]
pub struct DataConfig {
    /// The folder of the embedded database and the keys
    #[arg(long, env = "SONGJIAO_DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,
    /// sqlite://… or postgres://…; defaults to SQLite in the data folder
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<DatabaseUrl>,
    /// The number of concurrent queries
    #[arg(long, env = "SONGJIAO_DATABASE_CONNECTIONS", default_value_t = 8)]
    pub connections: u32,
}

/// The first content of an empty installation.
#[derive(Args, Clone)]
pub struct FirstStart {
    /// The password of `admin` in an empty installation; defaults to a random one, printed once
    #[arg(long, env = "SONGJIAO_ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<String>,
    /// The code of the root organization of an empty installation
    #[arg(long, env = "SONGJIAO_ROOT_CODE", default_value = "220283")]
    pub root_code: String,
    /// The name of the root organization of an empty installation
    #[arg(long, env = "SONGJIAO_ROOT_NAME", default_value = "舒兰市教育局")]
    pub root_name: String,
}

/// The arguments of `songjiao backup`.
#[derive(Args, Clone)]
pub struct BackupConfig {
    /// The data.
    #[command(flatten)]
    pub data: DataConfig,
    /// The folder to create
    pub target: PathBuf,
    /// The path of PostgreSQL's pg_dump
    #[arg(long, env = "SONGJIAO_PG_DUMP", default_value = "pg_dump")]
    pub pg_dump: PathBuf,
}

/// The arguments of `songjiao user`.
#[derive(Args, Clone)]
pub struct AccountConfig {
    /// The data.
    #[command(flatten)]
    pub data: DataConfig,
    /// The rules for new passwords
    #[arg(long, env = "SONGJIAO_PASSWORD_PROFILE", value_enum, default_value_t)]
    pub password_profile: PasswordProfile,
    /// The name to sign in with
    pub username: String,
}

/// The arguments of `songjiao serve`.
#[derive(Args, Clone)]
pub struct ServeConfig {
    /// The data.
    #[command(flatten)]
    pub data: DataConfig,
    /// The first content.
    #[command(flatten)]
    pub first_start: FirstStart,
    /// The address to listen on
    #[arg(long, env = "SONGJIAO_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// The folder of the built SPA, to serve it from the same address
    #[arg(long, env = "SONGJIAO_WEB_DIR")]
    pub web_dir: Option<PathBuf>,
    /// The address at which the public reaches the SPA, such as https://peixun.example.cn: QR codes and printed addresses
    /// lead there; defaults to the address by which the page was opened
    #[arg(long, env = "SONGJIAO_PUBLIC_URL")]
    pub public_url: Option<PublicUrl>,
    /// The number of reverse proxies in front of the server: with one, the client's address is the last entry of
    /// X-Forwarded-For, with two the last but one
    #[arg(long, env = "SONGJIAO_TRUSTED_PROXIES", default_value_t = 0)]
    pub trusted_proxies: usize,
    /// Signs the access tokens; at least 32 characters; defaults to a key generated in the data folder
    #[arg(long, env = "SONGJIAO_JWT_SECRET", hide_env_values = true)]
    pub jwt_secret: Option<String>,
    /// Encrypts ID numbers and derives the secrets of webhooks; at least 32 characters; defaults to a key
    /// generated in the data folder. If it is lost, both are lost.
    #[arg(long, env = "SONGJIAO_ID_KEY", hide_env_values = true)]
    pub id_key: Option<String>,
    /// The lifetime of an access token, in seconds
    #[arg(long, env = "SONGJIAO_ACCESS_TOKEN_SECONDS", default_value_t = 900, value_parser = clap::value_parser!(i64).range(1..=86_400))]
    pub access_token_seconds: i64,
    /// The rules for new passwords
    #[arg(long, env = "SONGJIAO_PASSWORD_PROFILE", value_enum, default_value_t)]
    pub password_profile: PasswordProfile,
    /// Requests per second and burst, by address for public operations, by user for the rest and by address for sign-ins
    /// and password changes; or off
    #[arg(long, env = "SONGJIAO_RATE_LIMIT", default_value = "20/200,1000/5000,2/60")]
    pub rate_limit: RateLimit,
    /// Seconds to wait for the next bytes of a request, and for one that is no file as a whole
    #[arg(long, env = "SONGJIAO_BODY_TIMEOUT", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub body_timeout: u64,
    /// Days after which the failed rows and the preview of an import are deleted; its report stays
    #[arg(long, env = "SONGJIAO_KEEP_FAILED_ROWS_DAYS", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub keep_failed_rows_days: u32,
    /// Other origins whose pages may call the API, separated by commas; defaults to none
    #[arg(long, env = "SONGJIAO_CORS_ORIGINS", default_value = "")]
    pub cors_origins: Origins,
    /// The bearer token that opens /metrics; at least 32 characters. Without it, only callers on the same
    /// machine may read them.
    #[arg(long, env = "SONGJIAO_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// The delivery of webhooks.
    #[command(flatten)]
    pub webhooks: WebhookConfig,
}

/// The delivery of webhooks.
#[derive(Args, Clone)]
pub struct WebhookConfig {
    /// Seconds before each further attempt to deliver a message, separated by commas
    #[arg(long, env = "SONGJIAO_WEBHOOK_RETRIES", default_value = "5,300,1800,7200,18000,36000,50400,72000,86400")]
    pub webhook_retries: Retries,
    /// Seconds before an attempt times out
    #[arg(long, env = "SONGJIAO_WEBHOOK_TIMEOUT", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=60))]
    pub webhook_timeout: u64,
    /// Allows receivers in private networks, also without TLS
    #[arg(long, env = "SONGJIAO_WEBHOOK_PRIVATE")]
    pub webhook_private: bool,
}

impl DataConfig {
    /// Returns the URL of the database; creates the data folder for the default one.
    ///
    /// # Errors
    /// A sentence for the person who starts the program.
    pub fn url(&self) -> Result<DatabaseUrl, String> {
        if let Some(url) = &self.database_url {
            return Ok(url.clone());
        }
        self.create_dir()?;
        Ok(DatabaseUrl::Sqlite(self.data_dir.join(SQLITE_FILE).display().to_string()))
    }

    fn create_dir(&self) -> Result<(), String> {
        create_private_dir(&self.data_dir)
            .map_err(|error| format!("the data folder {} cannot be created: {error}", self.data_dir.display()))
    }

    /// Returns the key in a file of the data folder, at least 32 bytes. Generates it at first, readable by
    /// its owner alone.
    ///
    /// # Errors
    /// A sentence for the person who starts the program.
    pub fn load_or_create_key(&self, name: &str) -> Result<Vec<u8>, String> {
        let path = self.data_dir.join(name);
        let failed = |error: io::Error| format!("the key {} cannot be read or created: {error}", path.display());
        match fs::read(&path) {
            Ok(key) if key.len() >= 32 => return Ok(key),
            Ok(_) => return Err(format!("the key {} is too short", path.display())),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            Err(_) => {}
        }
        self.create_dir()?;
        let key = rand::random::<[u8; 32]>();
        let mut file = create_private_file(&path).map_err(failed)?;
        io::Write::write_all(&mut file, &key).map_err(failed)?;
        Ok(key.to_vec())
    }
}

/// Creates a file that only its owner can read.
///
/// # Errors
/// If the file exists.
pub fn create_private_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Returns a builder of folders that only their owner can enter.
pub fn private_dir_builder() -> fs::DirBuilder {
    #[allow(unused_mut, reason = "permissions exist on Unix only")]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Creates a folder, and those above it, that only their owner can enter.
///
/// # Errors
/// If it cannot be created. One that exists is left as it is.
pub fn create_private_dir(path: &Path) -> io::Result<()> {
    private_dir_builder().recursive(true).create(path)
}

impl ServeConfig {
    /// Returns the secret that encrypts ID numbers.
    ///
    /// # Errors
    /// A sentence for the person who starts the program.
    pub fn id_secret(&self) -> Result<Vec<u8>, String> {
        match &self.id_key {
            Some(secret) => Ok(secret.clone().into_bytes()),
            None => self.data.load_or_create_key("id.key"),
        }
    }

    /// Returns the secret that signs access tokens.
    ///
    /// # Errors
    /// A sentence for the person who starts the program.
    pub fn token_secret(&self) -> Result<Vec<u8>, String> {
        match &self.jwt_secret {
            Some(secret) if secret.len() >= 32 => Ok(secret.clone().into_bytes()),
            Some(_) => Err("SONGJIAO_JWT_SECRET needs at least 32 characters".to_owned()),
            None => self.data.load_or_create_key("jwt.key"),
        }
    }
}
