//! Numbered headlines and the time that each step took, readable on a terminal and in a log.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::background::Background;

pub struct Steps {
    total: usize,
    indent: &'static str,
    started: Instant,
    done: Vec<(String, Duration)>,
}

impl Steps {
    pub fn new(total: usize) -> Self {
        Self { total, indent: "", started: Instant::now(), done: Vec::new() }
    }

    /// The steps within a step.
    pub fn within(total: usize) -> Self {
        Self { indent: "      ", ..Self::new(total) }
    }

    pub fn step<T>(&mut self, title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.headline(title);
        let started = Instant::now();
        let result = work();
        let took = started.elapsed();
        if result.is_ok() {
            println!("{}      {}", self.indent, seconds(took));
        }
        self.done.push((title.to_owned(), took));
        result
    }

    /// Waits for a step that has been running beside the others.
    pub fn join(&mut self, title: &str, work: Background) -> Result<()> {
        self.headline(&format!("{title}, begun {} ago", seconds(work.elapsed())));
        let result = work.wait();
        if let Ok(took) = &result {
            println!("{}      {} in all", self.indent, seconds(*took));
            self.done.push((title.to_owned(), *took));
        }
        result.map(drop)
    }

    /// The headline alone, for the last step of a command that does not return.
    pub fn headline(&self, title: &str) {
        println!("{}[{}/{}] {title}", self.indent, self.done.len() + 1, self.total);
    }

    /// Each step so far with its time.
    pub fn summary(&self) -> String {
        self.done.iter().map(|(title, took)| format!("{title} {}", seconds(*took))).collect::<Vec<_>>().join(", ")
    }

    pub fn elapsed(&self) -> String {
        seconds(self.started.elapsed())
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
