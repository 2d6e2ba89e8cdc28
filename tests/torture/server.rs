//! The real server process, to be killed.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use songjiao_tests::{PASSWORD, Session, TestDatabase};

/// Reads the number of rounds from the environment.
pub fn rounds(name: &str) -> usize {
    setting(name).parse().unwrap()
}

fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask torture`"))
}

/// Returns a random number below a limit.
pub fn random(below: u64) -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().0 % below.max(1)
}

/// A database and the process that serves it, restarted at the same address.
pub struct Server {
    database: TestDatabase,
    address: String,
    more: Vec<(&'static str, &'static str)>,
    child: Option<Child>,
}

impl Server {
    /// Starts with additional environment variables.
    pub fn start(more: &[(&'static str, &'static str)]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut server =
            Self { database: TestDatabase::create(), address: free.to_string(), more: more.to_vec(), child: None };
        server.start_again();
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(PathBuf::from(setting("SONGJIAO_BIN")));
        command
            .arg(subcommand)
            .env("SONGJIAO_DATA_DIR", self.database.dir())
            .env("DATABASE_URL", self.database.address())
            .env("SONGJIAO_LISTEN", &self.address)
            .env("SONGJIAO_RATE_LIMIT", "off")
            .env("SONGJIAO_ADMIN_PASSWORD", PASSWORD)
            .env("SONGJIAO_LOG", "error")
            .envs(self.more.iter().copied());
        command
    }

    /// Starts the process and waits until it is ready.
    pub fn start_again(&mut self) {
        assert!(self.child.is_none());
        let mut child = self.command("serve").stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.contains("listens at"), "the server did not start: {said}");
        self.child = Some(child);
    }

    /// Kills the process with SIGKILL, whatever it is doing.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Asserts that the totals agree with the ledger and the audit chain is intact.
    pub fn verify(&self) {
        let said = self.command("verify").output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
    }

    /// Returns a client with an API key, which outlives restarts.
    pub async fn machine(&self) -> (Session, String) {
        self.machine_for(None).await
    }

    /// Like [`Server::machine`], with the key's source.
    pub async fn machine_for(&self, source: Option<&str>) -> (Session, String) {
        let admin = Session::at(&self.url()).sign_in("admin", PASSWORD).await;
        let scopes = [
            "imports.write",
            "teachers.read",
            "teachers.write",
            "appointments.confirm",
            "hours.read",
            "hours.submit",
            "hours.recognize",
            "changes.read",
        ];
        let root = admin.me("/organization/id");
        let key = json!({ "name": "脚本", "organization_id": root, "scopes": scopes, "source": source });
        let secret = admin.post("/api-keys", key).await.expect(201)["secret"].as_str().unwrap().to_owned();
        (admin.with_token(&secret), secret)
    }

    pub async fn admin(&self) -> Session {
        Session::at(&self.url()).sign_in("admin", PASSWORD).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Creates teachers and returns their numbers.
pub async fn teachers(machine: &Session, organization_code: &str, count: usize) -> Vec<String> {
    let numbers: Vec<_> = (0..count).map(|at| format!("T{at:03}")).collect();
    let rows: Vec<_> =
        numbers.iter().map(|number| format!("{number},王芳,{organization_code},语文,小学,2010-09-01")).collect();
    let file = format!("教师编号,姓名,单位编号,学科,学段,入职日期\n{}\n", rows.join("\n"));
    machine.post_csv("/imports/teachers", file).await.expect(201);
    numbers
}

/// Reads all changes of the given types in order and maps each.
pub async fn feed<T>(machine: &Session, types: &str, read: impl Fn(&Value) -> T) -> Vec<T> {
    let (mut changes, mut after) = (Vec::new(), 0);
    loop {
        let page = machine.get(&format!("/changes?after={after}&limit=5000&types={types}")).await.expect(200);
        changes.extend(page["items"].as_array().unwrap().iter().map(&read));
        after = page["next_after"].as_i64().unwrap();
        if page["head"] == after {
            return changes;
        }
    }
}

/// Waits until a condition holds.
pub async fn until<F: Future<Output = bool>>(what: &str, limit: Duration, holds: impl Fn() -> F) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < limit, "{what}: not within {limit:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
