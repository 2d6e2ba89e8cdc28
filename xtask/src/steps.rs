//! Numbered headlines with the time each step took, readable on a terminal and in a log alike.

use std::time::{Duration, Instant};

use anyhow::Result;

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

    /// The steps of a step.
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

    /// For the last step of a command that does not come back.
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
