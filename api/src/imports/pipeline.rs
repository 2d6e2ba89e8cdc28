//! From a file to the database: one thread reads rows, another settles and writes batches of
//! them, so that neither waits for the other longer than it has to, and no more than a few
//! batches are in memory.

use std::{
    fs::File,
    mem,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

use super::{
    columns::Cells,
    kinds::{Kind, Planning},
    report::{Counts, Faults, Tally},
    source::{self, Event, Line, Opened, Unreadable, Watch},
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, types::UtcTime},
    error::{ApiError, Result},
};

/// Rows that are settled and written at once, and what they may hold together.
const BATCH_ROWS: usize = 4000;
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Batches that wait to be written.
const WAITING: usize = 2;

/// What an import came to.
#[derive(Default)]
pub struct Outcome {
    pub opened: Option<Opened>,
    pub unknown_columns: Vec<String>,
    pub rows: usize,
    pub counts: Counts,
    pub tally: Tally,
    pub cancelled: bool,
}

/// How a file is to be taken.
pub struct Run<'a> {
    pub user: &'a CurrentUser,
    pub now: UtcTime,
    pub ignore_unknown: bool,
    pub watch: &'a Watch,
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

/// Carries an import out, and says whether it may stay: only whole and where nothing is wrong.
///
/// # Errors
/// Where the database fails.
pub fn carry_out<K: Kind>(tx: &mut Tx<'_>, run: &Run<'_>, kind: &mut K, file: &mut File) -> Result<(Outcome, bool)> {
    let mut writing = Writing { tx, kind };
    let mut outcome = settle(run, file, &mut writing)?;
    let good = outcome.tally.is_empty() && !outcome.cancelled;
    if good {
        writing.kind.finish(writing.tx)?;
    } else {
        outcome.counts = Counts::default();
    }
    Ok((outcome, good))
}

/// Checks a file, writing nothing.
///
/// # Errors
/// Where the database fails.
pub fn check<K: Kind>(conn: &mut DbConnection, run: &Run<'_>, kind: &mut K, file: &mut File) -> Result<Outcome> {
    let mut outcome = settle(run, file, &mut Checking { conn, kind })?;
    if !outcome.tally.is_empty() {
        outcome.counts = Counts::default();
    }
    Ok(outcome)
}

/// What is done with a batch.
trait Sink {
    type Kind: Kind;

    fn reading(&self) -> <Self::Kind as Kind>::Reading;

    /// Settles a batch and, where nothing was wrong so far, writes it.
    fn take(
        &mut self,
        run: &Run<'_>,
        opened: &Opened,
        batch: BatchOf<Self>,
        good: bool,
        faults: &mut Faults,
    ) -> Result<Counts>;
}

type BatchOf<S> = Vec<(i64, <<S as Sink>::Kind as Kind>::Row)>;

struct Writing<'t, 'c, 'k, K> {
    tx: &'t mut Tx<'c>,
    kind: &'k mut K,
}

impl<K: Kind> Sink for Writing<'_, '_, '_, K> {
    type Kind = K;

    fn reading(&self) -> K::Reading {
        self.kind.reading()
    }

    fn take(
        &mut self,
        run: &Run<'_>,
        opened: &Opened,
        rows: Vec<(i64, K::Row)>,
        good: bool,
        faults: &mut Faults,
    ) -> Result<Counts> {
        let mut found = Faults::default();
        let conn = &mut *self.tx.conn;
        let mut planning = Planning { conn, user: run.user, now: run.now, header: &opened.header, faults: &mut found };
        let (plan, counts) = self.kind.plan(&mut planning, rows)?;
        if good && found.is_empty() {
            self.kind.write(self.tx, plan)?;
        }
        faults.append(found);
        Ok(counts)
    }
}

struct Checking<'c, 'k, K> {
    conn: &'c mut DbConnection,
    kind: &'k mut K,
}

impl<K: Kind> Sink for Checking<'_, '_, K> {
    type Kind = K;

    fn reading(&self) -> K::Reading {
        self.kind.reading()
    }

    fn take(
        &mut self,
        run: &Run<'_>,
        opened: &Opened,
        rows: Vec<(i64, K::Row)>,
        _good: bool,
        faults: &mut Faults,
    ) -> Result<Counts> {
        let header = &opened.header;
        let mut planning = Planning { conn: self.conn, user: run.user, now: run.now, header, faults };
        self.kind.plan(&mut planning, rows).map(|(_, counts)| counts)
    }
}

fn settle<S: Sink>(run: &Run<'_>, file: &mut File, sink: &mut S) -> Result<Outcome> {
    let reading = sink.reading();
    let (send, receive) = sync_channel(WAITING);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| read::<S::Kind>(file, &reading, run.watch, send));
        let outcome = take_all(run, sink, receive);
        // Its end of the channel is gone by now: a reader that has more stops.
        reader.join().map_err(|_| ApiError::internal("reading a file panicked"))?;
        outcome
    })
}

fn take_all<S: Sink>(
    run: &Run<'_>,
    sink: &mut S,
    messages: Receiver<Message<<S::Kind as Kind>::Row>>,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for message in messages {
        if run.watch.is_cancelled() {
            outcome.cancelled = true;
            return Ok(outcome);
        }
        match message {
            Message::Opened(opened) => {
                let mut faults = Faults::default();
                outcome.unknown_columns = opened.header.check(run.ignore_unknown, &mut faults);
                let good = faults.is_empty();
                outcome.tally.add_general(faults);
                outcome.opened = Some(opened);
                if !good {
                    return Ok(outcome);
                }
            }
            Message::Batch(batch) => {
                let Some(opened) = &outcome.opened else { continue };
                let Batch { lines, rows, mut faults, .. } = batch;
                outcome.rows += lines.len();
                let good = outcome.tally.is_empty() && faults.is_empty();
                let counts = sink.take(run, opened, rows, good, &mut faults)?;
                outcome.counts += counts;
                outcome.tally.add(&opened.header, &lines, faults);
                run.watch.add_rows(lines.len() as u64);
            }
            Message::Broken(unreadable) => {
                let mut faults = Faults::default();
                faults.add(unreadable.row, None, None, unreadable.code, unreadable.message);
                outcome.tally.add_general(faults);
            }
        }
    }
    Ok(outcome)
}

/// Reads a file, on a thread of its own.
fn read<K: Kind>(file: &mut File, reading: &K::Reading, watch: &Watch, send: SyncSender<Message<K::Row>>) {
    let mut opened: Option<Opened> = None;
    let mut batch = Batch::default();
    let mut total = 0_usize;
    let outcome = source::read(file, K::COLUMNS, watch, &mut |event| match event {
        Event::Opened(found) => {
            opened = Some(found.clone());
            send.send(Message::Opened(found)).is_ok()
        }
        Event::Line(line) => {
            let Some(opened) = &opened else { return false };
            total += 1;
            if let Some(limit) = K::WHOLE.filter(|limit| total > *limit) {
                let message = format!("一次最多导入 {limit} 行，请拆分文件");
                batch.faults.add(line.row, None, None, "too_many_rows", message);
                batch.lines.push(line);
                return false;
            }
            batch.bytes += line.cells.as_slice().len();
            let Line { row, cells, broken } = &line;
            let (header, faults) = (&opened.header, &mut batch.faults);
            let mut cells = Cells { row: *row, header, record: cells, broken, faults };
            cells.check_width();
            batch.rows.extend(K::read(reading, &mut cells).map(|read| (*row, read)));
            batch.lines.push(line);
            let full = batch.lines.len() >= BATCH_ROWS || batch.bytes >= BATCH_BYTES;
            K::WHOLE.is_some() || !full || send.send(Message::Batch(mem::take(&mut batch))).is_ok()
        }
    });
    // Whoever does not listen any more has what they need.
    if !batch.lines.is_empty() {
        let _ = send.send(Message::Batch(batch));
    }
    if let Err(unreadable) = outcome {
        let _ = send.send(Message::Broken(unreadable));
    }
}
