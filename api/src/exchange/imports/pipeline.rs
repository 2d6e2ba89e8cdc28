//! From a file to the database: one thread reads rows, another plans and writes batches of them, so
//! that neither waits longer than needed and few batches are in memory.

use std::{
    collections::HashSet,
    fs::File,
    mem,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use songjiao_types::imports::HeldRows;

use super::{
    cells::Cells,
    faults::Faults,
    kinds::{Kind, PlanContext},
    low_priority::{IDLE_STEP_LIMIT, run_at_idle_priority, set_idle_priority},
    preview::Preview,
    report::{Counts, Tally},
    source::{self, Event, Line, Opened, Progress, Unreadable},
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, types::UtcTime},
    error::{ApiError, Result},
};

/// The rows of a batch.
const BATCH_ROWS: usize = 4000;
/// The text of a batch, in bytes.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Batches that wait to be written.
const QUEUED_BATCHES: usize = 2;

/// The outcome of an import.
#[derive(Default)]
pub struct Outcome {
    pub opened: Option<Opened>,
    pub unknown_columns: Vec<String>,
    pub rows: usize,
    pub counts: Counts,
    /// The new hour records that wait.
    pub held: Vec<HeldRows>,
    pub tally: Tally,
    /// Set by a dry run that found a header.
    pub preview: Option<Preview>,
    pub cancelled: bool,
    /// Whether rows without faults are good although others have some.
    accept_valid: bool,
}

impl Outcome {
    /// Returns whether its writes may be committed.
    pub fn is_good(&self) -> bool {
        let valid = self.accept_valid && !self.tally.is_general() && self.counts.rows() > 0;
        (self.tally.is_empty() || valid) && !self.cancelled
    }

    /// Returns whether batches are still to be written.
    fn goes_on(&self) -> bool {
        self.tally.is_empty() || self.accept_valid && !self.tally.is_general()
    }
}

/// The parameters of a run.
pub struct Run<'a> {
    pub user: &'a CurrentUser,
    pub now: UtcTime,
    pub ignore_unknown: bool,
    /// Whether the rows without faults are imported although others have some.
    pub accept_valid: bool,
    /// Whether the outcome has a preview of the rows.
    pub preview: bool,
    pub progress: &'a Progress,
}

enum Message<R> {
    Opened(Opened),
    Batch(Batch<R>),
    Broken(Unreadable),
}

struct Batch<R> {
    lines: Vec<Line>,
    rows: Vec<(i64, R)>,
    faults: Faults,
    bytes: usize,
}

impl<R> Default for Batch<R> {
    fn default() -> Self {
        Self { lines: Vec::new(), rows: Vec::new(), faults: Faults::default(), bytes: 0 }
    }
}

/// Writes the rows of a file. Returns the outcome and whether to commit: only a complete file without
/// faults is committed.
///
/// # Errors
/// If the database fails.
pub fn write<K: Kind>(tx: &mut Tx<'_>, run: &Run<'_>, kind: &mut K, file: &mut File) -> Result<(Outcome, bool)> {
    let outcome = process(run, file, kind, &mut Target::Write(tx))?;
    let good = outcome.is_good();
    Ok((outcome, good))
}

/// Checks the rows of a file without writing.
///
/// # Errors
/// If the database fails.
pub fn check<K: Kind>(conn: &mut DbConnection, run: &Run<'_>, kind: &mut K, file: &mut File) -> Result<Outcome> {
    process(run, file, kind, &mut Target::Check(conn))
}

/// The database access of a run: a transaction to write in, or a connection to check against.
enum Target<'t, 'c> {
    Write(&'t mut Tx<'c>),
    Check(&'t mut DbConnection),
}

impl Target<'_, '_> {
    fn conn(&mut self) -> &mut DbConnection {
        match self {
            Self::Write(tx) => tx.conn,
            Self::Check(conn) => conn,
        }
    }
}

fn process<K: Kind>(run: &Run<'_>, file: &mut File, kind: &mut K, target: &mut Target<'_, '_>) -> Result<Outcome> {
    let context = kind.read_context();
    let (send, mut receive) = sync_channel(QUEUED_BATCHES);
    let outcome = Outcome { accept_valid: run.accept_valid, ..Outcome::default() };
    let mut processor = Processor { run, kind, target, outcome };
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            set_idle_priority();
            read::<K>(file, &context, run.progress, send);
        });
        let processed = match run_at_idle_priority(|| processor.process_all(&mut receive, Some(IDLE_STEP_LIMIT))) {
            Ok(End::Starved) => processor.process_all(&mut receive, None),
            processed => processed,
        };
        // Stops a reader that has more.
        drop(receive);
        reader.join().map_err(|_| ApiError::internal("reading a file panicked"))?;
        processed
    })?;
    let mut outcome = processor.outcome;
    if outcome.is_good() {
        outcome.held = kind.held();
    } else {
        outcome.counts = Counts::default();
    }
    Ok(outcome)
}

/// Plans and writes the batches of a file.
struct Processor<'a, 't, 'c, K> {
    run: &'a Run<'a>,
    kind: &'a mut K,
    target: &'a mut Target<'t, 'c>,
    outcome: Outcome,
}

/// Why processing ended.
enum End {
    Done,
    /// Rows are left, but the thread gets hardly any processor time at idle priority.
    Starved,
}

impl<K: Kind> Processor<'_, '_, '_, K> {
    /// Processes the reader's messages and writes the remainder, until a step takes longer than the limit.
    fn process_all(&mut self, messages: &mut Receiver<Message<K::Row>>, limit: Option<Duration>) -> Result<End> {
        let starved = |since: Instant| limit.is_some_and(|limit| since.elapsed() > limit);
        for message in messages.iter() {
            let started = Instant::now();
            if self.run.progress.is_cancelled() {
                self.outcome.cancelled = true;
                break;
            }
            match message {
                Message::Opened(opened) => {
                    if !self.open(opened) {
                        break;
                    }
                }
                Message::Batch(batch) => self.process_batch(batch)?,
                Message::Broken(unreadable) => {
                    let mut faults = Faults::default();
                    faults.add(unreadable.row, None, None, unreadable.code, unreadable.message);
                    self.outcome.tally.add_general(faults);
                }
            }
            if starved(started) {
                return Ok(End::Starved);
            }
        }
        if let Target::Write(tx) = &mut *self.target
            && self.outcome.is_good()
        {
            let mut started = Instant::now();
            while self.kind.finish_some(tx)? {
                if starved(started) {
                    return Ok(End::Starved);
                }
                started = Instant::now();
            }
        }
        Ok(End::Done)
    }

    /// Checks the header. Returns whether the rows can be read.
    fn open(&mut self, opened: Opened) -> bool {
        let mut faults = Faults::default();
        self.outcome.unknown_columns = opened.header.check(self.run.ignore_unknown, &mut faults);
        let good = faults.is_empty();
        self.outcome.tally.add_general(faults);
        self.outcome.preview = self.run.preview.then(|| Preview::new(&opened.header));
        self.outcome.opened = Some(opened);
        good
    }

    fn process_batch(&mut self, batch: Batch<K::Row>) -> Result<()> {
        let Self { run, kind, target, outcome } = self;
        let Some(opened) = &outcome.opened else { return Ok(()) };
        let Batch { lines, mut rows, mut faults, .. } = batch;
        if run.accept_valid && !faults.is_empty() {
            let at_fault = faults.rows();
            rows.retain(|(row, _)| !at_fault.contains(row));
        }
        outcome.rows += lines.len();
        let lock = matches!(target, Target::Write(_));
        let (header, conn) = (&opened.header, target.conn());
        let mut context = PlanContext { conn, user: run.user, now: run.now, header, faults: &mut faults, lock };
        let (plan, counts) = kind.plan(&mut context, rows)?;
        if outcome.goes_on() && (faults.is_empty() || run.accept_valid) {
            match target {
                Target::Write(tx) => kind.write(tx, plan)?,
                Target::Check(conn) => kind.check(conn, plan)?,
            }
        }
        outcome.counts += counts;
        if let Some(preview) = &mut outcome.preview {
            // Only rows whose faults are listed can be marked.
            let at_fault = if outcome.tally.has_room() { faults.rows() } else { HashSet::new() };
            preview.add(header, &lines, &at_fault);
        }
        outcome.tally.add(header, &lines, faults);
        run.progress.add_rows(lines.len() as u64);
        Ok(())
    }
}

/// Reads a file and sends its batches.
fn read<K: Kind>(file: &mut File, context: &K::ReadContext, progress: &Progress, send: SyncSender<Message<K::Row>>) {
    let mut opened: Option<Opened> = None;
    let mut batch = Batch::default();
    let mut total = 0_usize;
    let outcome = source::read(file, K::COLUMNS, progress, &mut |event| match event {
        Event::Opened(found) => {
            opened = Some(found.clone());
            send.send(Message::Opened(found)).is_ok()
        }
        Event::Line(line) => {
            let Some(opened) = &opened else { return false };
            total += 1;
            if let Some(limit) = K::SINGLE_BATCH_ROWS.filter(|limit| total > *limit) {
                let message = format!("一次最多导入 {limit} 行，请拆分文件");
                batch.faults.add(line.row, None, None, "too_many_rows", message);
                batch.lines.push(line.masked());
                return false;
            }
            batch.bytes += line.cells.as_slice().len();
            let Line { row, cells, broken } = &line;
            let (header, faults) = (&opened.header, &mut batch.faults);
            let mut cells = Cells { row: *row, header, record: cells, broken, faults };
            cells.check_width();
            batch.rows.extend(K::read(context, &mut cells).map(|read| (*row, read)));
            batch.lines.push(line.masked());
            let full = batch.lines.len() >= BATCH_ROWS || batch.bytes >= BATCH_BYTES;
            K::SINGLE_BATCH_ROWS.is_some() || !full || send.send(Message::Batch(mem::take(&mut batch))).is_ok()
        }
    });
    // A receiver that is gone needs no more.
    if !batch.lines.is_empty() {
        let _ = send.send(Message::Batch(batch));
    }
    if let Err(unreadable) = outcome {
        let _ = send.send(Message::Broken(unreadable));
    }
}
