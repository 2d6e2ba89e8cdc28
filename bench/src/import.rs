//! Hour records from a file: by curl through the API, which validates, deduplicates, audits and writes all or nothing,
//! beside each database's own import, which takes the rows as they are into the same table with the same indexes. Then
//! exported again, in each format.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use xtask::postgres::{self, Cluster};
use xtask::project::Project;
use xtask::steps::Steps;
use xtask::{api, apt, cmd};

use crate::county::{County, Server};
use crate::peers::{Peer, Postgres, Sqlite};

const SCHOOLS: usize = 60;
const TEACHERS: usize = 4000;
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Changes per page of the feed.
const FEED_PAGE: usize = 5000;
/// How long the list is read before and after an import.
const IDLE: Duration = Duration::from_secs(8);
/// The list that is read meanwhile.
const READ: &str = "/quotas?training_year=2025&limit=20";

#[derive(clap::Args)]
pub struct ImportBench {
    /// Hour records in the file
    #[arg(long, default_value_t = 100_000)]
    rows: usize,
    /// Imports, each into an empty county, with reads meanwhile
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..))]
    runs: u8,
    /// Also as a workbook, in and out
    #[arg(long)]
    xlsx: bool,
}

pub fn run(project: &Project, options: &ImportBench) -> Result<()> {
    let missing: Vec<&str> = [("curl", cmd::find("curl").is_none()), ("sqlite3", cmd::find("sqlite3").is_none())]
        .into_iter()
        .chain([("postgresql", postgres::binaries().is_none())])
        .filter_map(|(package, missing)| missing.then_some(package))
        .collect();
    if !missing.is_empty() {
        apt::install(&missing)?;
    }
    let mut steps = Steps::new(4);
    let songjiao = steps.step("API", || api::build(project, api::SERVER))?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("hours.csv");
    steps.step("File", || write_hours(&file, options.rows))?;
    println!("{} rows, {:.1} MB", options.rows, megabytes(&file)?);
    steps.step("SQLite", || {
        let empty = |_: &str| County::empty(project, songjiao.clone(), None);
        let county = empty("county")?;
        let peer = Sqlite::at(county.folder().join("songjiao.sqlite"));
        measure(&county, &empty, &peer, folder.path(), options)?;
        if options.xlsx { workbook(&empty("again")?, folder.path(), options) } else { Ok(()) }
    })?;
    steps.step("PostgreSQL", || {
        let binaries = postgres::binaries().context("PostgreSQL is still missing")?;
        let cluster = Cluster::start(&binaries)?;
        let peer = Postgres::new(binaries.join("psql"), cluster.url());
        let empty = |name: &str| {
            peer.run(&format!("CREATE DATABASE {name}"))?;
            County::empty(project, songjiao.clone(), Some(peer.database(name)))
        };
        measure(&empty("county")?, &empty, &peer, folder.path(), options)?;
        if options.xlsx { workbook(&empty("again")?, folder.path(), options) } else { Ok(()) }
    })
}

/// The same rows each time, spread over teachers, years and days as a county's are.
fn write_hours(path: &Path, rows: usize) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号")?;
    let mut random = 82_u64;
    for row in 0..rows {
        // Knuth's generator: no figure depends on the quality of its randomness.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let teacher = usize::try_from(random >> 33)? % TEACHERS;
        let (year, day, half) = (2022 + row % 5, 1 + row % 28, 1 + row % 79);
        let (level, mode) = ([10, 20, 40, 60][row % 4], [2, 3, 4, 9][row % 4]);
        writeln!(
            file,
            "T{teacher:05},{year},{level},送教下乡培训{},舒兰市教师进修学校,{mode},{}.{},{year}-03-{day:02},{year}-04-{day:02},GP-{year}-{row:07}",
            row % 97,
            half / 2,
            half % 2 * 5
        )?;
    }
    file.flush()?;
    Ok(())
}

/// Imports with reads meanwhile, each into an empty county.
#[derive(Default)]
struct Runs {
    took: Vec<Duration>,
    /// Of all runs together: a short run has too few reads for a 99th percentile.
    busy: Vec<f64>,
    idle: Vec<f64>,
}

impl Runs {
    fn add(&mut self, server: &Server, file: &Path, rows: usize) -> Result<()> {
        let rest = || {
            reads(server, || {
                thread::sleep(IDLE);
                Ok(())
            })
        };
        // Before and after the import, since the load of the machine varies.
        self.idle.extend(rest()?.1);
        let (took, busy) = reads(server, || import(server, file, "text/csv", rows, "rows_imported"))?;
        self.idle.extend(rest()?.1);
        self.took.push(took);
        self.busy.extend(busy);
        Ok(())
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn measure(
    county: &County,
    empty: &dyn Fn(&str) -> Result<County>,
    peer: &dyn Peer,
    folder: &Path,
    options: &ImportBench,
) -> Result<()> {
    let file = folder.join("hours.csv");
    let peopled = |county: &County| people(&county.serve(None)?);
    let mut runs = Runs::default();
    for run in 1..options.runs {
        let county = empty(&format!("county{run}"))?;
        peopled(&county)?;
        runs.add(&county.serve(None)?, &file, options.rows)?;
    }
    peopled(county)?;
    peer.save()?;
    let server = county.serve(None)?;
    runs.add(&server, &file, options.rows)?;
    let (busy, idle) = (Latency::of(runs.busy), Latency::of(runs.idle));
    let ours = median(runs.took);
    let peak = server.peak_megabytes()?;
    let again = import(&server, &file, "text/csv", options.rows, "rows_unchanged")?;
    let mut exports = vec![("CSV", "text/csv", "csv"), ("NDJSON", "application/x-ndjson", "ndjson")];
    if options.xlsx {
        exports.push(("xlsx", XLSX, "xlsx"));
    }
    let mut lines = String::new();
    for (name, accept, ending) in exports {
        let path = folder.join("export").with_extension(ending);
        let took = curl(&server, "/hour-records?source=import", &["-H", &format!("Accept: {accept}")], &path)?;
        line(&mut lines, &format!("export as {name}"), took, options.rows)?;
        writeln!(
            lines,
            "    {:.1} MB; the server's peak so far {:.0} MB",
            megabytes(&path)?,
            server.peak_megabytes()?
        )?;
    }
    let (took, changes) = pull(&server)?;
    ensure!(changes >= options.rows, "the feed returned {changes} changes");
    line(&mut lines, &format!("pull of the change feed, {FEED_PAGE} a page"), took, changes)?;
    drop(server);

    let rows = folder.join("rows.csv");
    peer.dump(&rows)?;
    let theirs = median((0..3).map(|_| peer.import(&rows, options.rows)).collect::<Result<Vec<_>>>()?);
    let mut head = String::new();
    line(&mut head, &format!("by curl, reads meanwhile, median of {}", options.runs), ours, options.rows)?;
    line(&mut head, "the database's own import, median of 3", theirs, options.rows)?;
    println!("{head}    ratio {:.2}; the server's peak {peak:.0} MB", ours.as_secs_f64() / theirs.as_secs_f64());
    println!("reads meanwhile, p99: {:.1} ms; idle {:.1} ms; ratio {:.2}", busy.p99, idle.p99, busy.p99 / idle.p99);
    println!("reads meanwhile, median: {:.1} ms; idle {:.1} ms", busy.median, idle.median);
    let mut tail = String::new();
    line(&mut tail, "the same file again, all unchanged", again, options.rows)?;
    print!("{tail}{lines}");
    Ok(())
}

/// Imports the exported workbook into a county without hour records.
fn workbook(county: &County, folder: &Path, options: &ImportBench) -> Result<()> {
    let server = county.serve(None)?;
    people(&server)?;
    let file = folder.join("export.xlsx");
    let mut lines = String::new();
    let took = import(&server, &file, XLSX, options.rows, "rows_imported")?;
    line(&mut lines, "the exported workbook by curl, all new", took, options.rows)?;
    writeln!(lines, "    {:.1} MB; the server's peak {:.0} MB", megabytes(&file)?, server.peak_megabytes()?)?;
    let took = import(&server, &file, XLSX, options.rows, "rows_unchanged")?;
    line(&mut lines, "the same workbook again, all unchanged", took, options.rows)?;
    print!("{lines}");
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "a file of that size does not exist")]
fn line(text: &mut String, what: &str, took: Duration, rows: usize) -> Result<()> {
    let seconds = took.as_secs_f64();
    writeln!(text, "{what:<42} {seconds:>8.2} s {:>9.0} rows/s", rows as f64 / seconds)?;
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "a file of that size does not exist")]
fn megabytes(path: &Path) -> Result<f64> {
    Ok(fs::metadata(path)?.len() as f64 / 1_048_576.0)
}

/// Imports the schools and the teachers.
fn people(server: &Server) -> Result<()> {
    let token = server.token()?;
    let send = |kind: &str, file: String| -> Result<()> {
        let request = server.agent.post(format!("{}/api/v1/imports/{kind}", server.url));
        request.header("Authorization", format!("Bearer {token}")).header("Content-Type", "text/csv").send(file)?;
        Ok(())
    };
    let schools: Vec<_> = (0..SCHOOLS).map(|at| format!("S{at},学校{at},中小学")).collect();
    send("organizations", format!("单位编号,单位名称,单位类型\n{}\n", schools.join("\n")))?;
    let teachers: Vec<_> =
        (0..TEACHERS).map(|at| format!("T{at:05},王芳{at},S{},语文,小学,2010-09-01", at % SCHOOLS)).collect();
    send("teachers", format!("教师编号,姓名,单位编号,学科,学段,入职日期\n{}\n", teachers.join("\n")))
}

/// Sends a file with curl, checks the answer and returns how long it took.
fn import(server: &Server, file: &Path, media_type: &str, rows: usize, counted: &str) -> Result<Duration> {
    let answer = file.with_extension("answer");
    let body = format!("@{}", file.display());
    let kind = format!("Content-Type: {media_type}");
    let took = curl(server, "/imports/hour-records", &["--data-binary", &body, "-H", &kind], &answer)?;
    let report: Value = serde_json::from_slice(&fs::read(answer)?)?;
    ensure!(report[counted] == rows, "not {rows} {counted}: {report}");
    Ok(took)
}

/// Pulls the change feed from beginning to end. Returns how long that took and the number of changes.
fn pull(server: &Server) -> Result<(Duration, usize)> {
    let token = server.token()?;
    let (mut after, mut changes) = (0, 0);
    let started = Instant::now();
    loop {
        let path = format!("/changes?after={after}&limit={FEED_PAGE}&types=hour_record");
        let request = server.agent.get(format!("{}/api/v1{path}", server.url));
        let mut answer = request.header("Authorization", format!("Bearer {token}")).call()?;
        let page: Value = serde_json::from_reader(BufReader::new(answer.body_mut().as_reader()))?;
        changes += page["items"].as_array().map_or(0, Vec::len);
        after = page["next_after"].as_i64().context("the feed names no next position")?;
        if page["head"] == after {
            return Ok((started.elapsed(), changes));
        }
    }
}

fn curl(server: &Server, path: &str, arguments: &[&str], output: &Path) -> Result<Duration> {
    let token = server.token()?;
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail", "--output"]).arg(output);
    curl.arg("-H").arg(format!("Authorization: Bearer {token}")).args(arguments);
    curl.arg(format!("{}/api/v1{path}", server.url));
    let started = Instant::now();
    cmd::read(&mut curl)?;
    Ok(started.elapsed())
}

/// Milliseconds.
struct Latency {
    median: f64,
    p99: f64,
}

impl Latency {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
        Self { median: at(50), p99: at(99) }
    }
}

/// Reads a list repeatedly while `work` runs. Returns the times in milliseconds.
fn reads<T>(server: &Server, work: impl FnOnce() -> Result<T>) -> Result<(T, Vec<f64>)> {
    let (token, done) = (server.token()?, AtomicBool::new(false));
    thread::scope(|scope| {
        let reading = scope.spawn(|| -> Result<Vec<f64>> {
            let mut times = Vec::new();
            while !done.load(Ordering::Relaxed) {
                let started = Instant::now();
                let request = server.agent.get(format!("{}/api/v1{READ}", server.url));
                request.header("Authorization", format!("Bearer {token}")).call()?.body_mut().read_to_string()?;
                times.push(started.elapsed().as_secs_f64() * 1000.0);
                thread::sleep(Duration::from_millis(10));
            }
            Ok(times)
        });
        let outcome = work();
        done.store(true, Ordering::Relaxed);
        let times = reading.join().map_err(|_| anyhow::anyhow!("the reader panicked"))??;
        Ok((outcome?, times))
    })
}
