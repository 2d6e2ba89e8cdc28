//! The colours of a chart. They are read from the style sheet when the chart is drawn, so that the dark theme applies
//! to the canvas, too.

/// The colours by purpose, named like the tokens of the style sheet.
#[derive(Default)]
pub struct Palette {
    pub surface: String,
    pub line: String,
    pub line_strong: String,
    pub text: String,
    pub muted: String,
    pub soft: String,
    pub info: String,
    pub success: String,
    pub warning: String,
    pub danger: String,
    pub neutral: String,
    pub font: String,
    /// For parts of a whole, which have no tone.
    pub parts: [String; 6],
    /// For rates, lowest first. Dark text is legible on each.
    pub steps: [String; 4],
}

impl Palette {
    /// Reads the current colours of the page.
    pub fn read() -> Self {
        let root = web_sys::window().and_then(|window| {
            let root = window.document()?.document_element()?;
            window.get_computed_style(&root).ok().flatten()
        });
        let Some(root) = root else { return Self::default() };
        let token = |name: &str| root.get_property_value(name).unwrap_or_default().trim().to_owned();
        Self {
            surface: token("--surface"),
            line: token("--line"),
            line_strong: token("--line-strong"),
            text: token("--text"),
            muted: token("--text-muted"),
            soft: token("--neutral-soft"),
            info: token("--plot-1"),
            success: token("--success"),
            warning: token("--plot-3"),
            danger: token("--danger"),
            neutral: token("--line-strong"),
            font: token("--font"),
            parts: ["--plot-1", "--plot-2", "--plot-3", "--plot-4", "--plot-5", "--plot-6"].map(token),
            steps: ["--plot-lowest", "--plot-low", "--plot-high", "--plot-highest"].map(token),
        }
    }
}
