//! Ends and deletes what this process has started or made, also when it is interrupted or killed, which runs no `Drop`:
//! a shell holds the other end of a pipe and acts as soon as the pipe closes.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::cmd;

const LIMIT: Duration = Duration::from_secs(20);

pub struct Cleanup {
    shell: Child,
}

impl Cleanup {
    /// Runs `script` in the end, with `arguments` as `$1` and so on.
    ///
    /// # Errors
    /// When there is no `sh`.
    pub fn new<S: AsRef<OsStr>>(script: &str, arguments: impl IntoIterator<Item = S>) -> Result<Self> {
        let shell = Command::new("sh")
            .args(["-c", &format!("cat >/dev/null\n{script}"), "cleanup"])
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Must outlive the terminal's Ctrl-C.
            .process_group(0)
            .spawn()
            .context("sh could not be started")?;
        Ok(Self { shell })
    }

    /// Ends a process group: first asks its processes, and kills them three seconds later.
    ///
    /// # Errors
    /// As [`Cleanup::new`].
    pub fn of_group(leader: &Child) -> Result<Self> {
        Self::new(END_GROUP, [leader.id().to_string()])
    }

    /// Starts the script without waiting for its end.
    pub fn release(&mut self) {
        drop(self.shell.stdin.take());
    }
}

impl Drop for Cleanup {
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

/// Like [`cmd::run`], and ends what the program has started and left behind, such as browsers.
///
/// # Errors
/// When the program cannot be started or fails.
pub fn run(command: &mut Command) -> Result<()> {
    cmd::announce(command);
    let mut child = command.stdin(Stdio::null()).process_group(0).spawn().with_context(|| cmd::not_started(command))?;
    let _cleanup = Cleanup::of_group(&child)?;
    let status = child.wait()?;
    cmd::succeeded(command, status)
}
