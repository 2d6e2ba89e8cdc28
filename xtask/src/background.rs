//! A command that runs beside others.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use crate::cleanup::Cleanup;
use crate::cmd;

/// A running command that buffers its output until it is waited for, so that two commands do not mix theirs. It ends
/// when it is dropped.
pub struct Background {
    command: Command,
    child: Child,
    started: Instant,
    held: Arc<Mutex<Option<Vec<u8>>>>,
    reader: JoinHandle<(io::Result<()>, Duration)>,
    group: Cleanup,
}

impl Background {
    /// # Errors
    /// When the program cannot be started.
    pub fn start(mut command: Command) -> Result<Self> {
        let (mut output, writer) = io::pipe()?;
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).process_group(0);
        let started = Instant::now();
        let child = command.spawn().with_context(|| cmd::not_started(&command))?;
        // Closes this process's copies of the pipe's writing end: while one is open, the reader sees no end.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let group = Cleanup::of_group(&child)?;
        let held = Arc::new(Mutex::new(Some(Vec::new())));
        let shared = Arc::clone(&held);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 4096];
            let copied = loop {
                match output.read(&mut buffer) {
                    Ok(0) => break Ok(()),
                    Ok(read) => match shared.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                        Some(held) => held.extend(&buffer[..read]),
                        None => io::stdout().write_all(&buffer[..read]).unwrap_or_default(),
                    },
                    Err(error) => break Err(error),
                }
            };
            (copied, started.elapsed())
        });
        Ok(Self { command, child, started, held, reader, group })
    }

    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Prints the output so far and then what follows. Returns how long the command took.
    ///
    /// # Errors
    /// When the command fails.
    pub fn wait(mut self) -> Result<Duration> {
        {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            io::stdout().write_all(&held.take().unwrap_or_default())?;
        }
        let status = self.child.wait()?;
        // What it has left behind may still hold the pipe open.
        drop(self.group);
        let (copied, took) = self.reader.join().map_err(|_| anyhow!("the reader of its output failed"))?;
        copied?;
        cmd::succeeded(&self.command, status)?;
        Ok(took)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<Background> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Background::start(command)
    }

    #[test]
    fn a_failure_is_reported_to_the_one_who_waits() -> Result<()> {
        assert!(shell("exit 0")?.wait().is_ok());
        let error = shell("echo why; exit 3")?.wait().err().context("it succeeded")?;
        assert!(error.to_string().contains("sh -c"), "{error}");
        Ok(())
    }

    #[test]
    fn it_ends_when_it_is_dropped() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let mark = folder.path().join("mark");
        drop(shell(&format!("sleep 1; touch {}", mark.display()))?);
        thread::sleep(Duration::from_millis(1500));
        assert!(!mark.exists());
        Ok(())
    }
}
