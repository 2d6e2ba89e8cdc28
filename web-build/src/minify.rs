//! Style sheets and scripts, as short as their meaning allows.

use anyhow::{Result, anyhow, ensure};
use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_mangler::{MangleOptions, Mangler};
use oxc_parser::Parser;
use oxc_span::SourceType;

/// # Errors
/// When the style sheet is not understood.
pub fn css(sheet: &str) -> Result<String> {
    Ok(minifier::css::minify(sheet).map_err(|error| anyhow!("a style sheet: {error}"))?.to_string())
}

/// An ECMAScript module.
///
/// # Errors
/// When it does not parse.
pub fn module(script: &str) -> Result<String> {
    js(script, SourceType::mjs())
}

/// A classic script, whose top-level names other scripts may use.
///
/// # Errors
/// When it does not parse.
pub fn script(script: &str) -> Result<String> {
    js(script, SourceType::cjs())
}

/// Drops comments and whitespace and shortens local names. It evaluates and reorders nothing.
fn js(script: &str, kind: SourceType) -> Result<String> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, script, kind).parse();
    ensure!(parsed.diagnostics.is_empty(), "a script does not parse: {:?}", parsed.diagnostics);
    let options = MangleOptions { top_level: Some(kind.is_module()), ..MangleOptions::default() };
    let names = Mangler::new().with_options(options).build(&parsed.program);
    let code = Codegen::new().with_options(CodegenOptions::minify()).with_scoping(Some(names.scoping));
    Ok(code.with_private_member_mappings(Some(names.class_private_mappings)).build(&parsed.program).code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_keep_their_meaning() -> Result<()> {
        let sheet =
            "/* a\n b */\n.x > .y {\n  /* c */ width: calc(100% - 2 * var(--gap));\n content: \"/* d */\";\n}\n";
        assert_eq!(css(sheet)?.trim(), ".x>.y{width:calc(100% - 2 * var(--gap));content:\"/* d */\";}");
        Ok(())
    }

    #[test]
    fn scripts_keep_their_meaning() -> Result<()> {
        // Without semicolons, the ends of lines end the statements.
        let glue = "import * as table from \"./loader.js\"\nexport function show(page) {\n    // why\n    return table[page] + \"// not\"\n}\n";
        assert_eq!(module(glue)?, "import*as e from\"./loader.js\";export function show(t){return e[t]+`// not`}");
        assert_eq!(
            script("var shared = 1;\n(() => { const own = shared; use(own) })()")?,
            "var shared=1;(()=>{const e=shared;use(e)})();"
        );
        assert!(module("function {").is_err());
        Ok(())
    }
}
