//! The demonstration county in a folder of its own, and servers for it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use xtask::project::Project;
use xtask::{api, cmd};

/// The password of `admin`.
pub const PASSWORD: &str = "a password for this run";
pub const ADMIN_PASSWORD: &str = "SONGJIAO_ADMIN_PASSWORD";

pub struct County {
    root: PathBuf,
    songjiao: PathBuf,
    data: tempfile::TempDir,
    /// PostgreSQL instead of the SQLite file in the folder.
    database_url: Option<String>,
}

impl County {
    pub fn load(project: &Project, songjiao: PathBuf) -> Result<Self> {
        let county = Self::empty(project, songjiao, None)?;
        cmd::run(county.with_settings(api::demo(&county.songjiao)).stdout(Stdio::null()))?;
        Ok(county)
    }

    /// A county with no user but the administrator.
    pub fn empty(project: &Project, songjiao: PathBuf, database_url: Option<String>) -> Result<Self> {
        Ok(Self { root: project.root.clone(), songjiao, data: tempfile::tempdir()?, database_url })
    }

    pub fn folder(&self) -> &Path {
        self.data.path()
    }

    /// Starts the API, which serves the pages in that folder. Several servers may share the county.
    pub fn serve(&self, pages: Option<&Path>) -> Result<Server> {
        let mut serve = Command::new(&self.songjiao);
        serve.arg("serve");
        let mut serve = self.with_settings(serve);
        serve.args(["--listen", "127.0.0.1:0"]);
        if let Some(folder) = pages {
            serve.arg("--web-dir").arg(folder);
        }
        Server::start(serve)
    }

    fn with_settings(&self, mut command: Command) -> Command {
        command.arg("--data-dir").arg(self.folder()).current_dir(&self.root);
        command.env_remove("DATABASE_URL").env_remove("SONGJIAO_WEB_DIR");
        if let Some(url) = &self.database_url {
            command.env("DATABASE_URL", url);
        }
        command.env(ADMIN_PASSWORD, PASSWORD).env("SONGJIAO_LOG", "error");
        // A single client sends requests as fast as it can.
        // The client names the addresses from which it asks.
        command.env("SONGJIAO_TRUSTED_PROXIES", "1");
        command.env("SONGJIAO_RATE_LIMIT", "off").env("SONGJIAO_ACCESS_TOKEN_SECONDS", "86400");
        command
    }
}

pub struct Server {
    child: Child,
    pub url: String,
    pub ready_after: Duration,
    pub agent: ureq::Agent,
    token: OnceLock<String>,
}

impl Server {
    fn start(mut command: Command) -> Result<Self> {
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let output = child.stdout.take().context("the server has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let url = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(true).build().into();
        agent.get(format!("{url}/health/ready")).call().context("the server is not ready")?;
        Ok(Self { child, url, ready_after: started.elapsed(), agent, token: OnceLock::new() })
    }

    pub fn resident_megabytes(&self) -> Result<f64> {
        self.megabytes("VmRSS:")
    }

    /// The peak of its resident memory so far.
    pub fn peak_megabytes(&self) -> Result<f64> {
        self.megabytes("VmHWM:")
    }

    /// The administrator's token. They sign in once: verifying a password is slow on purpose.
    pub fn token(&self) -> Result<&str> {
        if let Some(token) = self.token.get() {
            return Ok(token);
        }
        let credentials = json!({ "username": "admin", "password": PASSWORD });
        let login = format!("{}/api/v1/auth/login", self.url);
        let tokens: Value = self.agent.post(login).send_json(credentials)?.body_mut().read_json()?;
        let token = tokens["access_token"].as_str().context("no token")?.to_owned();
        Ok(self.token.get_or_init(|| token))
    }

    fn megabytes(&self, figure: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(figure)).context("no such figure")?;
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
