//! Takes out of styles and scripts what only their writers read: comments, indentation, empty lines. Not a minifier: it
//! goes by whole lines, and by comments of styles, which do not nest.

/// A style sheet without its comments.
pub fn style(css: &str) -> String {
    let mut rest = css;
    let mut kept = String::with_capacity(css.len());
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    lines(&kept)
}

/// A script, as wasm-bindgen writes it, without its comments on lines of their own.
pub fn script(js: &str) -> String {
    let mut commented = false;
    let code = js.lines().map(str::trim).filter(|line| {
        let opens = line.starts_with("/*");
        let comment = commented || opens || line.starts_with("//");
        commented = (commented || opens) && !line.ends_with("*/");
        !comment
    });
    lines(&code.collect::<Vec<_>>().join("\n"))
}

fn lines(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).fold(String::new(), |all, line| all + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_lose_their_comments() {
        assert_eq!(style("/* a\n b */\n.x {\n  /* c */ color: red;\n}\n"), ".x {\ncolor: red;\n}\n");
        assert_eq!(style(".x { content: \"*\"; } /* left open"), ".x { content: \"*\"; }\n");
    }

    #[test]
    fn scripts_lose_comments_on_lines_of_their_own() {
        let js = "/**\n * @param {number} x\n */\nexport function f(x) {\n    // why\n    return \"// not\" + x;\n}\n/* one */\n";
        assert_eq!(script(js), "export function f(x) {\nreturn \"// not\" + x;\n}\n");
    }
}
