//! A headless Chromium that a test operates as a person would.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization;

use crate::{PASSWORD, Session, TestApp};

/// How long to wait for a page to reach the expected state.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The password to which test users change [`PASSWORD`].
const CHANGED_PASSWORD: &str = "staple-battery-horse";

/// ChromeDriver, shared by all tests of the process. Its shell waits for the end of an input that this process holds
/// open, so that the driver ends with the process.
struct Driver {
    shell: Child,
    url: String,
}

static DRIVER: Mutex<Option<Driver>> = Mutex::new(None);

// A process group of its own, so that killing it also ends the browsers of failed tests.
const DRIVER_SCRIPT: &str = r#"setsid "$0" --port=0 & driver=$!; cat >/dev/null; kill -- -$driver"#;

/// Returns the driver's address, and starts the driver on the first call.
fn driver() -> String {
    let mut driver = DRIVER.lock().unwrap();
    if let Some(driver) = driver.as_mut()
        && driver.shell.try_wait().unwrap().is_none()
    {
        return driver.url.clone();
    }
    let program = std::env::var("SONGJIAO_CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
    let mut shell = Command::new("sh")
        .args(["-c", DRIVER_SCRIPT, &program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(shell.stdout.take().unwrap()).lines();
    let started = lines.find_map(|line| {
        let line = line.unwrap();
        line.rsplit_once("started successfully on port ").map(|(_, port)| port.trim_end_matches('.').to_owned())
    });
    // Drain its output, or the driver would block.
    std::thread::spawn(move || lines.for_each(drop));
    let url = format!("http://127.0.0.1:{}", started.unwrap());
    *driver = Some(Driver { shell, url: url.clone() });
    url
}

/// A browser window that shows the SPA.
pub struct Browser {
    pub client: Client,
    url: String,
    _profile: TempDir,
}

impl Browser {
    /// Opens a page in a window of the given width.
    pub async fn open(url: &str, path: &str, width: u32) -> Self {
        let profile = TempDir::new().unwrap();
        let mut arguments = vec![
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            "--lang=zh-CN".to_owned(),
        ];
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let mut options = json!({ "args": arguments });
        if let Ok(binary) = std::env::var("SONGJIAO_CHROMIUM") {
            options["binary"] = json!(binary);
        }
        let mut capabilities = Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        // Tests answer the page's dialogs themselves.
        capabilities.insert("unhandledPromptBehavior".to_owned(), json!("ignore"));
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver())
            .await
            .unwrap();
        let browser = Self { client, url: url.to_owned(), _profile: profile };
        browser.resize(width).await;
        browser.go(path).await;
        browser
    }

    /// Opens the sign-in page and signs in.
    pub async fn signed_in(url: &str, username: &str, password: &str, width: u32) -> Self {
        let browser = Self::open(url, "/login", width).await;
        browser.fill("用户名", username).await;
        browser.fill("密码", password).await;
        browser.click("登录").await;
        browser.see("退出登录").await;
        browser
    }

    /// Opens a window and signs in as a test user, whose initial password is changed first.
    pub async fn of(app: &TestApp, user: &Session, width: u32) -> Self {
        let change = json!({ "current_password": PASSWORD, "new_password": CHANGED_PASSWORD });
        let changed = user.post("/auth/password", change).await;
        // 422: an earlier window has changed it.
        assert!([204, 422].contains(&changed.status), "{}", changed.text);
        Self::signed_in(&app.url, &user.me("/username"), CHANGED_PASSWORD, width).await
    }

    /// Sets the viewport's width, also below the minimum width of Chromium's window.
    pub async fn resize(&self, width: u32) {
        let height = if width < 600 { 844 } else { 900 };
        let metrics = json!({
            "cmd": "Emulation.setDeviceMetricsOverride",
            "params": { "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 },
        });
        self.client.issue_cmd(ChromeCommand::Cdp(metrics)).await.unwrap();
    }

    /// Sets the user's choice of colours: `light` or `dark`.
    pub async fn set_colours(&self, theme: &str) {
        let media = json!({
            "cmd": "Emulation.setEmulatedMedia",
            "params": { "features": [{ "name": "prefers-color-scheme", "value": theme }] },
        });
        self.client.issue_cmd(ChromeCommand::Cdp(media)).await.unwrap();
    }

    pub async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.url)).await.unwrap();
    }

    /// Returns the path and query of the page's address.
    pub async fn address(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.as_str().trim_start_matches(&self.url).to_owned()
    }

    /// Waits until the address has the given path and query.
    pub async fn at(&self, path: &str) {
        let script = "return location.pathname + location.search";
        self.wait(&format!("the address {path}"), script, &json!(path)).await;
    }

    /// Waits until the page shows the text.
    pub async fn see(&self, text: &str) {
        let script = "return (document.body ? document.body.innerText : '').includes(arguments[0])";
        self.wait_with(&format!("the text {text}"), script, vec![json!(text)], &json!(true)).await;
    }

    /// Waits until the page no longer shows the text.
    pub async fn wait_until_gone(&self, text: &str) {
        let script = "return (document.body ? document.body.innerText : '').includes(arguments[0])";
        self.wait_with(&format!("the end of {text}"), script, vec![json!(text)], &json!(false)).await;
    }

    /// Waits until nothing is loading.
    pub async fn wait_until_loaded(&self) {
        let script = "return document.readyState === 'complete' && document.querySelector('h1') !== null \
                      && document.querySelector('[aria-busy=true], [class*=skeleton], .spinner') === null";
        self.wait("a page that has loaded", script, &json!(true)).await;
    }

    /// Waits until pending changes have been painted.
    pub async fn wait_for_paint(&self) {
        let script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.client.execute_async(script, vec![]).await.unwrap();
    }

    /// Waits for a dialog of the page and returns its message.
    pub async fn dialog_message(&self) -> String {
        let deadline = std::time::Instant::now() + TIMEOUT;
        loop {
            match self.client.get_alert_text().await {
                Ok(question) => return question,
                Err(error) => assert!(std::time::Instant::now() < deadline, "no dialog appeared: {error}"),
            }
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the script returns true.
    pub async fn wait_for(&self, what: &str, script: &str, arguments: Vec<Value>) {
        self.wait_with(what, script, arguments, &json!(true)).await;
    }

    async fn wait(&self, what: &str, script: &str, wanted: &Value) {
        self.wait_with(what, script, vec![], wanted).await;
    }

    async fn wait_with(&self, what: &str, script: &str, arguments: Vec<Value>, wanted: &Value) {
        let deadline = std::time::Instant::now() + TIMEOUT;
        loop {
            let found = self.client.execute(script, arguments.clone()).await.unwrap();
            if found == *wanted {
                return;
            }
            if std::time::Instant::now() > deadline {
                let page = self.text().await;
                panic!("timed out waiting for {what} at {}; the page shows:\n{page}", self.address().await);
            }
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Returns all text of the page.
    pub async fn text(&self) -> String {
        let text = self.client.execute("return document.body.innerText", vec![]).await.unwrap();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Finds the field with the label. An open dialog takes precedence.
    pub async fn field(&self, label: &str) -> Element {
        let labelled = format!(
            "[self::input or self::select or self::textarea][@id = //label[starts-with(normalize-space(.), '{label}')]/@for \
             or ancestor::label[starts-with(normalize-space(.), '{label}')] or starts-with(@aria-label, '{label}')]"
        );
        let path = format!("(//dialog[@open]//*{labelled} | //*[not(//dialog[@open])]{labelled})");
        self.client.wait().at_most(TIMEOUT).for_element(Locator::XPath(&path)).await.unwrap()
    }

    /// Replaces the text of a field.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        let found = serde_json::to_value(&field).unwrap();
        // WebDriver's own clearing fires its event only when the field loses focus: until then a re-render restores the
        // text.
        let script = "arguments[0].value = ''; arguments[0].dispatchEvent(new Event('input', { bubbles: true }));";
        self.client.execute(script, vec![found]).await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Selects an option by its label.
    pub async fn choose(&self, label: &str, option: &str) {
        self.field(label).await.select_by_label(option).await.unwrap();
    }

    /// Sets a date by script, since typing one depends on the browser's locale.
    pub async fn set_date(&self, label: &str, day: &str) {
        let field = serde_json::to_value(self.field(label).await).unwrap();
        let script = "arguments[0].value = arguments[1]; \
                      for (const kind of ['input', 'change']) \
                      arguments[0].dispatchEvent(new Event(kind, { bubbles: true }));";
        self.client.execute(script, vec![field, json!(day)]).await.unwrap();
    }

    /// Types into a picker and picks the match.
    pub async fn pick(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.click().await.unwrap();
        field.send_keys(text).await.unwrap();
        let script = "const options = [...document.querySelectorAll('[role=option][aria-selected=true]')]; \
                      return options.some(option => option.innerText.includes(arguments[0]))";
        self.wait_with(&format!("the choice {text}"), script, vec![json!(text)], &json!(true)).await;
        field.send_keys("\u{e007}").await.unwrap();
    }

    /// Ticks a checkbox.
    pub async fn tick(&self, label: &str) {
        self.field(label).await.click().await.unwrap();
    }

    /// Attaches a file to the page's only file input.
    pub async fn attach(&self, path: &std::path::Path) {
        let input = Locator::Css("input[type=file]");
        let field = self.client.wait().at_most(TIMEOUT).for_element(input).await.unwrap();
        field.send_keys(path.to_str().unwrap()).await.unwrap();
    }

    /// Clicks the button or link with the name. An open dialog takes precedence.
    pub async fn click(&self, name: &str) {
        let named = format!(
            "[self::button or self::a or self::summary or @role='tab'][normalize-space(.) = '{name}' or @aria-label = '{name}']"
        );
        let path = format!("(//dialog[@open]//*{named} | //*[not(//dialog[@open])]{named})");
        let script = "const found = document.evaluate(arguments[0], document, null, 7, null); \
                      for (let i = 0; i < found.snapshotLength; i++) { const e = found.snapshotItem(i); \
                      if (e.offsetParent !== null && !e.disabled) return true; } return false";
        self.wait_with(&format!("something to click that says {name}"), script, vec![json!(path)], &json!(true)).await;
        for element in self.client.find_all(Locator::XPath(&path)).await.unwrap() {
            if element.is_displayed().await.unwrap_or(false) && element.is_enabled().await.unwrap_or(false) {
                // Away from the edge, where a toast may cover it.
                let found = serde_json::to_value(&element).unwrap();
                let script = "arguments[0].scrollIntoView({ block: 'center' })";
                self.client.execute(script, vec![found]).await.unwrap();
                element.click().await.unwrap();
                return;
            }
        }
        panic!("no button or link {name}");
    }

    /// Clicks at a point of the window, for parts of a canvas, which are no elements.
    pub async fn click_at(&self, x: f64, y: f64) {
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            let command = json!({ "cmd": "Input.dispatchMouseEvent", "params": event });
            self.client.issue_cmd(ChromeCommand::Cdp(command)).await.unwrap();
        }
    }

    /// Emulates a medium such as `print`, and a colour scheme.
    pub async fn emulate(&self, medium: &str, scheme: &str) {
        let scheme = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let params = json!({ "media": medium, "features": scheme });
        let command = json!({ "cmd": "Emulation.setEmulatedMedia", "params": params });
        self.client.issue_cmd(ChromeCommand::Cdp(command)).await.unwrap();
    }

    /// Asserts that the page does not scroll sideways.
    pub async fn has_no_sideways_scroll(&self) {
        let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let over = self.client.execute(script, vec![]).await.unwrap();
        assert!(over.as_i64().unwrap() <= 0, "{} is {over} px too wide", self.address().await);
    }

    /// Asserts that axe-core finds no serious fault (WCAG 2.2 AA).
    pub async fn is_accessible(&self) {
        let axe = std::env::var("SONGJIAO_AXE").expect("SONGJIAO_AXE names axe.min.js");
        self.client.execute(&std::fs::read_to_string(axe).unwrap(), vec![]).await.unwrap();
        let script = "const done = arguments[arguments.length - 1]; \
                      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']; \
                      axe.run(document, { runOnly: tags }).then(found => done(found.violations \
                      .filter(it => ['serious', 'critical'].includes(it.impact)) \
                      .map(it => it.id + ': ' + it.nodes.map(node => node.html.slice(0, 200)).join(' | '))))";
        let found = self.client.execute_async(script, vec![]).await.unwrap();
        assert_eq!(found, json!([]), "{}", self.address().await);
    }

    /// Asserts that the page requested nothing from other origins.
    pub async fn requests_only_its_origin(&self) {
        let script = "return performance.getEntriesByType('resource').map(entry => entry.name) \
                      .filter(name => !name.startsWith(location.origin) && !name.startsWith('data:') \
                      && !name.startsWith('blob:'))";
        let strangers = self.client.execute(script, vec![]).await.unwrap();
        assert_eq!(strangers, json!([]), "{}", self.address().await);
    }

    /// Asserts that the page logged no error.
    pub async fn has_logged_no_error(&self) {
        let entries = self.client.issue_cmd(ChromeCommand::Log).await.unwrap();
        let errors: Vec<_> = entries.as_array().unwrap().iter().filter(|entry| entry["level"] == "SEVERE").collect();
        assert!(errors.is_empty(), "{}: {errors:?}", self.address().await);
    }

    /// Saves a screenshot of the whole page below the build's output, for people to look at.
    pub async fn screenshot(&self, name: &str) {
        let params = json!({ "captureBeyondViewport": true, "optimizeForSpeed": true });
        let arguments = json!({ "cmd": "Page.captureScreenshot", "params": params });
        let answer = self.client.issue_cmd(ChromeCommand::Cdp(arguments)).await.unwrap();
        let bytes =
            base64::Engine::decode(&base64::prelude::BASE64_STANDARD, answer["data"].as_str().unwrap()).unwrap();
        std::fs::write(screenshots().join(format!("{name}.png")), bytes).unwrap();
    }

    /// Prints the page on A4 and returns the text of each sheet, without whitespace.
    pub async fn sheets(&self, name: &str) -> Vec<String> {
        let params = json!({ "printBackground": true, "preferCSSPageSize": true });
        let answer = self.client.issue_cmd(ChromeCommand::Cdp(json!({ "cmd": "Page.printToPDF", "params": params })));
        let answer = answer.await.unwrap();
        let bytes =
            base64::Engine::decode(&base64::prelude::BASE64_STANDARD, answer["data"].as_str().unwrap()).unwrap();
        std::fs::write(screenshots().join(format!("{name}.pdf")), &bytes).unwrap();
        let mut pdf = lopdf::Document::load_mem(&bytes).unwrap();
        // Chinese glyphs have an encoding of their own, which the font's ToUnicode map translates.
        for font in pdf.objects.values_mut().filter_map(|object| object.as_dict_mut().ok()) {
            if font.has(b"ToUnicode") {
                font.remove(b"Encoding");
            }
        }
        let pages = pdf.get_pages();
        for page in pages.values() {
            let sheet = pdf.get_dictionary(*page).unwrap().get(b"MediaBox").unwrap().as_array().unwrap();
            let mut size: Vec<f32> = sheet.iter().skip(2).map(|it| it.as_float().unwrap().round()).collect();
            size.sort_by(f32::total_cmp);
            assert_eq!(size, [595.0, 842.0], "A4 in points, upright or across");
        }
        // A glyph shared by two characters that look alike (⼩ and 小) maps to either; lines break anywhere.
        let text = |page: &u32| pdf.extract_text(&[*page]).unwrap().nfkc().filter(|c| !c.is_whitespace()).collect();
        pages.keys().map(text).collect()
    }

    pub async fn close(self) {
        self.client.close().await.unwrap();
    }
}

/// The folder of screenshots and prints.
fn screenshots() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Chromium's commands beyond the WebDriver standard.
#[derive(Debug)]
enum ChromeCommand {
    Cdp(Value),
    Log,
}

impl fantoccini::wd::WebDriverCompatibleCommand for ChromeCommand {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        let end = match self {
            Self::Cdp(_) => "goog/cdp/execute",
            Self::Log => "se/log",
        };
        base.join(&format!("session/{}/{end}", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = match self {
            Self::Cdp(body) => body.to_string(),
            Self::Log => json!({ "type": "browser" }).to_string(),
        };
        (http::Method::POST, Some(body))
    }
}
