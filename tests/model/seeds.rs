//! County-years by their seeds.

use std::{
    panic::catch_unwind,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use chrono::NaiveDate;
use model::{
    dates::date,
    event::Event,
    play::{Pace, Step, play_parts},
};
use songjiao_tests::TestApp;

use crate::{
    PARTS,
    driver::{Driver, Outcome},
};

/// Seeds with which the API or the model was wrong.
pub const FAILED: [u64; 19] = [1, 4, 6, 10, 13, 18, 22, 26, 27, 28, 29, 31, 34, 35, 37, 39, 41, 57, 89];

/// What is said of a county-year that could not be played.
pub const NO_ANSWER: &str = "the application does not answer";

/// County-years played at the same time.
const AT_ONCE: usize = 3;

fn today() -> NaiveDate {
    date(2026, 11, 30)
}

/// Returns the seeds that the environment names.
pub fn chosen() -> Vec<u64> {
    let named = std::env::var("SONGJIAO_MODEL_SEEDS").unwrap_or_else(|_| "0..40".to_owned());
    let (first, end) = named.split_once("..").expect("seeds such as 0..40");
    let number = |text: &str| text.parse::<u64>().expect("a number");
    (number(first)..number(end)).collect()
}

fn is_reported(event: &Event) -> bool {
    match event {
        Event::Refused { event, .. } => is_reported(event),
        Event::AddTeacher { reported, .. } => *reported,
        Event::AddExemption { confirmed, .. } => !confirmed,
        Event::ReportSpell { .. } | Event::ReportCorrection { .. } => true,
        _ => false,
    }
}

/// Plays a county-year and compares the figures after it and, once, in the midst of it.
pub async fn run(seed: u64) -> Outcome<()> {
    let play = play_parts(seed, today(), Pace::OneDay, PARTS);
    let app = TestApp::start().await;
    let reports = play.steps.iter().any(|step| is_reported(&step.event));
    let mut driver = Driver::found(&app, &play.founded, reports, play.today).await?;
    let acts = u64::try_from(play.steps.len()).unwrap_or(1);
    let midst = (acts / 4 + seed % (acts / 2).max(1)).min(acts - 1);
    let result = play_steps(&mut driver, &play.steps, usize::try_from(midst).unwrap_or_default()).await;
    app.stop().await;
    result
}

async fn play_steps(driver: &mut Driver, steps: &[Step], midst: usize) -> Outcome<()> {
    for (at, step) in steps.iter().enumerate() {
        if std::env::var_os("SONGJIAO_MODEL_SHOW").is_some() {
            println!("{at}: {:?}", step.event);
        }
        driver.play(step).await.map_err(|fault| format!("act {at}: {fault}"))?;
        if at == midst {
            driver.compare(false).await.map_err(|fault| format!("after act {at}: {fault}"))?;
        }
    }
    driver.compare(true).await.map_err(|fault| format!("in the end: {fault}"))
}

/// Runs a seed, and again where the client got no answer: on a busy machine the application gives a connection up that
/// sends nothing for seconds.
fn run_on_this_thread(seed: u64) -> Outcome<()> {
    for _ in 0..3 {
        match catch_unwind(|| actix_web::rt::System::new().block_on(run(seed))) {
            Ok(outcome) => return outcome,
            Err(panic) => match panic.downcast_ref::<String>() {
                Some(text) if text.contains("reqwest::Error") => {}
                text => return Err(format!("panicked: {text:?}")),
            },
        }
    }
    Err(NO_ANSWER.to_owned())
}

/// Runs seeds, several at a time, each on a thread of its own: the model computes for long. With `until_found`, none begins
/// after a difference.
pub fn outcomes(seeds: &[u64], until_found: bool) -> Vec<(u64, Outcome<()>)> {
    let (next, found) = (AtomicUsize::new(0), AtomicBool::new(false));
    let results = Mutex::new(Vec::with_capacity(seeds.len()));
    let play = || {
        while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
            if until_found && found.load(Ordering::Relaxed) {
                break;
            }
            let outcome = run_on_this_thread(*seed);
            found.fetch_or(outcome.is_err(), Ordering::Relaxed);
            results.lock().unwrap().push((*seed, outcome));
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(play);
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(seed, _)| *seed);
    results
}

/// Runs seeds and fails with the differences.
pub fn run_all(seeds: &[u64]) {
    let started = Instant::now();
    let results = outcomes(seeds, false);
    let faults: Vec<String> =
        results.into_iter().filter_map(|(seed, result)| Some(format!("seed {seed}: {}", result.err()?))).collect();
    println!("{} county-years in {:.1} s", seeds.len(), started.elapsed().as_secs_f64());
    assert!(faults.is_empty(), "{} of {} county-years differ:\n{}", faults.len(), seeds.len(), faults.join("\n"));
}
