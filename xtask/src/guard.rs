//! Something that is ended and cleared away when it is dropped, and also when this process is interrupted or killed,
//! which runs no `Drop`: a shell that holds the other end of a pipe does it as soon as the pipe closes.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::cmd;

const LIMIT: Duration = Duration::from_secs(20);

pub struct Guard {
    shell: Child,
}

impl Guard {
    /// `script` sees `arguments` as `$1` and so on.
    pub fn new<S: AsRef<OsStr>>(script: &str, arguments: impl IntoIterator<Item = S>) -> Result<Self> {
        let shell = Command::new("sh")
            .args(["-c", &format!("cat >/dev/null\n{script}"), "guard"])
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Out of the reach of the terminal's Ctrl-C, which it has to outlive.
            .process_group(0)
            .spawn()
            .context("sh could not be started")?;
        Ok(Self { shell })
    }

    /// Closes the pipe without waiting for what follows.
    pub fn release(&mut self) {
        drop(self.shell.stdin.take());
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.release();
        let _ = cmd::wait_within(&mut self.shell, LIMIT);
    }
}

const END_GROUP: &str = r#"
kill -s TERM -- "-$1"
for _ in $(seq 30); do kill -s 0 -- "-$1" || exit; sleep 0.1; done
kill -s KILL -- "-$1"
"#;

/// Like [`cmd::run`], and ends whatever the program has started and left behind, browsers for one.
pub fn run(command: &mut Command) -> Result<()> {
    cmd::announce(command);
    let mut child = command.stdin(Stdio::null()).process_group(0).spawn().with_context(|| cmd::not_started(command))?;
    let _guard = Guard::new(END_GROUP, [child.id().to_string()])?;
    let status = child.wait()?;
    cmd::succeeded(command, status)
}
