//! Requests whose body comes slowly or not at all.

use std::time::Duration;

use reqwest::Method;
use songjiao_tests::{Answer, TestApp};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

const HEAD: &str = "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                    Content-Length: 200\r\n\r\n";

async fn connect(app: &TestApp) -> TcpStream {
    let mut stream = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(HEAD.as_bytes()).await.unwrap();
    stream
}

async fn impatient() -> TestApp {
    TestApp::start_with(|config| config.body_timeout = 1).await
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_given_up_and_its_connection_closed() {
    let app = impatient().await;
    let mut stream = connect(&app).await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("request_timeout"), "{answer}");
}

#[actix_web::test]
async fn a_body_that_trickles_in_is_given_up_as_a_whole() {
    let app = impatient().await;
    let (mut reader, mut writer) = connect(&app).await.into_split();
    let trickle = async {
        while writer.write_all(b" ").await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    };
    let mut answer = String::new();
    tokio::select! {
        () = trickle => {}
        read = reader.read_to_string(&mut answer) => { read.unwrap(); }
    }
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[actix_web::test]
async fn a_key_does_not_lift_the_limit_of_the_route() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for (path, bytes) in [("/organizations", 300_000), ("/sources/province/hour-records", 5_000_000)] {
        let request = admin.request(Method::POST, path).header("idempotency-key", path);
        let request = request.header("content-type", "application/json").body(vec![b' '; bytes]);
        Answer::of(request).await.problem(413, "too_large");
    }
}

#[actix_web::test]
async fn slow_connections_leave_the_server_ready() {
    let app = TestApp::start().await;
    let mut slow = Vec::new();
    for _ in 0..300 {
        slow.push(connect(&app).await);
    }
    let ready = Answer::of(app.anonymous().plain(Method::GET, "/health/ready")).await;
    assert_eq!((ready.expect(200)["status"].as_str(), slow.len()), (Some("ready"), 300));
}
