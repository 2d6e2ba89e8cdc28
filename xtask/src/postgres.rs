//! A temporary PostgreSQL server for the tests.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::cleanup::Cleanup;
use crate::cmd;

const START_LIMIT: Duration = Duration::from_mins(1);
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// The folder of `initdb` and `postgres`: on the PATH, or Debian's.
pub fn binaries() -> Option<PathBuf> {
    let complete = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|it| cmd::is_executable(&folder.join(it)));
    let on_path = || cmd::find("initdb")?.canonicalize().ok()?.parent().map(PathBuf::from);
    let configured = || Some(PathBuf::from(cmd::read(Command::new("pg_config").arg("--bindir")).ok()?.trim()));
    let debian = || {
        let versions = Path::new("/usr/lib/postgresql").read_dir().ok()?.flatten();
        let newest = versions.max_by_key(|it| it.file_name().to_string_lossy().parse::<u32>().unwrap_or(0))?;
        Some(newest.path().join("bin"))
    };
    on_path().filter(complete).or_else(|| configured().filter(complete)).or_else(|| debian().filter(complete))
}

pub struct Cluster {
    server: Child,
    cleanup: Cleanup,
    port: u16,
    password: String,
}

impl Cluster {
    pub fn start(binaries: &Path) -> Result<Self> {
        // Another program may take the free port before the server does.
        for _ in 0..3 {
            if let Some(cluster) = Self::try_start(binaries)? {
                return Ok(cluster);
            }
        }
        bail!("PostgreSQL found no free port")
    }

    pub fn url(&self) -> String {
        format!("postgres://{USER}:{}@{}:{}/postgres", self.password, Ipv4Addr::LOCALHOST, self.port)
    }

    fn try_start(binaries: &Path) -> Result<Option<Self>> {
        let account = Account::for_server()?;
        let folder = tempfile::Builder::new().prefix("songjiao-postgres-").tempdir()?;
        let home = folder.path().to_owned();
        let password = random_password()?;
        let password_file = home.join("password");
        fs::write(&password_file, &password)?;
        for path in [&home, &password_file] {
            account.own(path)?;
        }

        let mut initdb = Command::new(binaries.join("initdb"));
        initdb
            .arg("--pgdata")
            .arg(home.join("data"))
            .args(["--username", USER, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync"])
            .arg("--pwfile")
            .arg(&password_file);
        cmd::read(account.run_as(&mut initdb, &home))?;

        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let log = File::create(home.join("log"))?;
        let mut postgres = Command::new(binaries.join("postgres"));
        postgres.arg("-D").arg(home.join("data")).arg("-p").arg(port.to_string());
        for setting in SETTINGS {
            postgres.args(["-c", setting]);
        }
        postgres.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let server = account.run_as(&mut postgres, &home).spawn().context("postgres could not be started")?;
        let cleanup = Cleanup::new(END_SERVER, [OsStr::new(&server.id().to_string()), folder.keep().as_os_str()])?;
        let mut cluster = Self { server, cleanup, port, password };
        Ok(cluster.wait_until_ready(&home)?.then_some(cluster))
    }

    /// Returns false if the port was taken.
    fn wait_until_ready(&mut self, home: &Path) -> Result<bool> {
        let started = Instant::now();
        let log = || fs::read_to_string(home.join("log")).unwrap_or_default();
        while started.elapsed() < START_LIMIT {
            if let Some(status) = self.server.try_wait()? {
                if log().contains("could not bind") {
                    return Ok(false);
                }
                bail!("PostgreSQL ended while starting ({status}): {}", log());
            }
            // The server writes its state into the eighth line of its lock file.
            let lock = fs::read_to_string(home.join("data/postmaster.pid")).unwrap_or_default();
            if lock.lines().nth(7).is_some_and(|status| status.trim() == "ready") {
                return Ok(true);
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("PostgreSQL was not ready after {} s: {}", START_LIMIT.as_secs(), log())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.cleanup.release();
        let _ = cmd::wait_within(&mut self.server, STOP_LIMIT);
    }
}

const USER: &str = "songjiao";

const SETTINGS: [&str; 5] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    // The tests wait for the disk as an installation does.
    "fsync=on",
    "log_min_messages=warning",
];

const END_SERVER: &str = r#"
kill -s QUIT "$1"
for _ in $(seq 100); do kill -s 0 "$1" || break; sleep 0.1; done
rm -rf -- "$2"
"#;

/// The user that the server runs as: PostgreSQL refuses to run as root.
enum Account {
    Ourselves,
    Other { uid: u32, gid: u32 },
}

impl Account {
    fn for_server() -> Result<Self> {
        if !cmd::is_root() {
            return Ok(Self::Ourselves);
        }
        let id = |flag: &str, user: &str| cmd::read(Command::new("id").args([flag, user])).ok()?.trim().parse().ok();
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|user| Some(Self::Other { uid: id("-u", user)?, gid: id("-g", user)? }))
            .context("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")
    }

    fn own(&self, path: &Path) -> io::Result<()> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Other { uid, gid } => chown(path, Some(*uid), Some(*gid)),
        }
    }

    fn run_as<'a>(&self, command: &'a mut Command, home: &Path) -> &'a mut Command {
        if let Self::Other { uid, gid } = self {
            command.uid(*uid).gid(*gid);
        }
        command.current_dir(home).env("LC_ALL", "C").process_group(0)
    }
}

/// Every user of the machine can reach a loopback port.
fn random_password() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}
