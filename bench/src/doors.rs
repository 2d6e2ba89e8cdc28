//! What gets in, and how fast: guesses at one name, slow connections, and the accounts of a county.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use xtask::api;
use xtask::project::Project;
use xtask::steps::Steps;

use crate::county::{County, PASSWORD, Server};

#[derive(clap::Args)]
pub struct DoorsBench {
    /// Guesses at one user name, all in flight at once
    #[arg(long, default_value_t = 10_000)]
    guesses: usize,
    /// Connections that send a byte a second
    #[arg(long, default_value_t = 2_000)]
    slow: usize,
    /// Seconds for which they do: longer than a body may take as a whole
    #[arg(long, default_value_t = 45)]
    seconds: u64,
    /// Activations at once, each of them sent twice
    #[arg(long, default_value_t = 200)]
    activations: usize,
}

/// The address from which the administrator signs in.
const OWN: &str = "192.0.2.1";
/// Bytes of a body that a slow connection announces.
const ANNOUNCED: usize = 1000;

pub fn run(project: &Project, options: &DoorsBench) -> Result<()> {
    // Both ends of each connection are files of this machine.
    rlimit::increase_nofile_limit(u64::MAX)?;
    let mut steps = Steps::new(6);
    let songjiao = steps.step("API", || api::build_with_demo(project, api::SERVER))?;
    let county = steps.step("Demonstration data", || County::load(project, songjiao))?;
    let server = county.serve(None)?;
    steps.step("Accounts", || open_accounts(&server))?;
    steps.step("Activations", || activate(&server, options.activations))?;
    steps.step("Guesses", || guess(&server, options.guesses))?;
    steps.step("Slow connections", || crawl(&server, options.slow, Duration::from_secs(options.seconds)))?;
    Ok(())
}

fn open_accounts(server: &Server) -> Result<()> {
    let root = get(server, "/me")?["organization"]["id"].clone();
    let (opened, seconds) = timed(|| post(server, "/accounts/teachers", &json!({ "organization_id": root })))?;
    let count = opened["user_ids"].as_array().map_or(0, Vec::len);
    println!("{count} accounts opened in one act        {seconds:>8.1} s");
    Ok(())
}

/// Issues codes and sends each of them twice at once.
fn activate(server: &Server, count: usize) -> Result<()> {
    let root = get(server, "/me")?["organization"]["id"].clone();
    let (issued, seconds) = timed(|| post(server, "/accounts/codes", &json!({ "organization_id": root })))?;
    let slips = issued["slips"].as_array().context("no slips")?;
    println!("{} codes issued in one act           {seconds:>8.1} s", slips.len());
    let bodies: Vec<Value> = slips
        .iter()
        .filter(|slip| slip["asks_id_number"] != true)
        .take(count)
        .map(|slip| json!({ "code": slip["code"], "password": "a-password-of-my-own", "notice_version": 1 }))
        .collect();
    let mut waiting: Vec<&Value> = bodies.iter().flat_map(|body| [body, body]).collect();
    let (mut counts, mut rounds, started) = (BTreeMap::new(), 0, Instant::now());
    while !waiting.is_empty() && rounds < 50 {
        let mut streams = Vec::with_capacity(waiting.len());
        for body in &waiting {
            streams.push(request(server, "POST", "/auth/activate", OWN, &body.to_string())?);
        }
        let mut again = Vec::new();
        for (stream, body) in streams.into_iter().zip(waiting) {
            match status(stream)? {
                503 => again.push(body),
                status => *counts.entry(status).or_insert(0) += 1,
            }
        }
        waiting = again;
        rounds += 1;
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{} codes used twice at once: answers by status {counts:?}, {rounds} rounds, {seconds:.1} s",
        bodies.len()
    );
    Ok(())
}

/// Guesses at the administrator's password from many networks at once.
fn guess(server: &Server, count: usize) -> Result<()> {
    let sign_in = |from: &str, password: &str| {
        let credentials = json!({ "username": "admin", "password": password });
        request(server, "POST", "/auth/login", from, &credentials.to_string())
    };
    if status(sign_in(OWN, PASSWORD)?)? != 200 {
        bail!("the administrator cannot sign in");
    }
    let started = Instant::now();
    let mut streams = Vec::with_capacity(count);
    for guess in 0..count {
        let from = format!("198.18.{}.{}", guess / 250 % 256, guess % 250);
        streams.push(sign_in(&from, &format!("guess-{guess}"))?);
    }
    let mut counts = BTreeMap::new();
    for stream in streams {
        *counts.entry(status(stream)?).or_insert(0) += 1;
    }
    let seconds = started.elapsed().as_secs_f64();
    println!("{count} guesses at one name: answers by status {counts:?} (401: verified), {seconds:.1} s");
    println!("the right password from the user's own network: {}", status(sign_in(OWN, PASSWORD)?)?);
    println!("the right password from another network: {}", status(sign_in("203.0.113.7", PASSWORD)?)?);
    Ok(())
}

/// Asks whether the server is ready while many connections send their bodies byte by byte.
fn crawl(server: &Server, count: usize, time: Duration) -> Result<()> {
    let mut streams = Vec::with_capacity(count);
    for _ in 0..count {
        let mut stream = connect(server)?;
        stream.write_all(head("POST", "/auth/login", OWN, ANNOUNCED).as_bytes())?;
        stream.set_nonblocking(true)?;
        streams.push(stream);
    }
    let started = Instant::now();
    let crawling = thread::spawn(move || {
        while started.elapsed() < time && !streams.is_empty() {
            streams.retain_mut(|stream| !is_closed(stream) && stream.write_all(b" ").is_ok());
            thread::sleep(Duration::from_secs(1));
        }
        streams.len()
    });
    let mut times = Vec::new();
    while started.elapsed() < time {
        let asked = Instant::now();
        server.agent.get(format!("{}/health/ready", server.url)).call()?.body_mut().read_to_vec()?;
        times.push(asked.elapsed());
        thread::sleep(Duration::from_millis(50));
    }
    times.sort();
    let at = |index: usize| times.get(index).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0);
    let (median, most) = (at(times.len() / 2), at(times.len().saturating_sub(1)));
    println!("beside {count} slow connections, /health/ready: median {median:.1} ms, longest {most:.1} ms");
    let left = crawling.join().map_err(|_| anyhow::anyhow!("the slow connections failed"))?;
    println!("slow connections that the server had not closed after {} s: {left}", time.as_secs());
    Ok(())
}

/// Returns whether the server has closed a connection that does not block.
fn is_closed(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 512]) {
        Ok(0) => true,
        Ok(_) => false,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}

fn connect(server: &Server) -> Result<TcpStream> {
    let address: SocketAddr = server.url.trim_start_matches("http://").parse()?;
    Ok(TcpStream::connect(address)?)
}

fn head(method: &str, path: &str, from: &str, length: usize) -> String {
    format!(
        "{method} /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {from}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}

/// Sends a request whose answer is read later.
fn request(server: &Server, method: &str, path: &str, from: &str, body: &str) -> Result<TcpStream> {
    let mut stream = connect(server)?;
    stream.write_all((head(method, path, from, body.len()) + body).as_bytes())?;
    Ok(stream)
}

/// Returns the status of the answer.
fn status(stream: TcpStream) -> Result<u16> {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    line.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no answer")
}

fn get(server: &Server, path: &str) -> Result<Value> {
    let bearer = format!("Bearer {}", server.token()?);
    let mut answer =
        server.agent.get(format!("{}/api/v1{path}", server.url)).header("Authorization", &bearer).call()?;
    Ok(answer.body_mut().read_json()?)
}

fn post(server: &Server, path: &str, body: &Value) -> Result<Value> {
    let bearer = format!("Bearer {}", server.token()?);
    let request = server.agent.post(format!("{}/api/v1{path}", server.url)).header("Authorization", &bearer);
    Ok(request.send_json(body)?.body_mut().read_json()?)
}

fn timed<T>(act: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
    let started = Instant::now();
    let result = act()?;
    Ok((result, started.elapsed().as_secs_f64()))
}
