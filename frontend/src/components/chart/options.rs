//! Plots as ECharts options. Written as JSON, because the types of charming cannot express all that is needed: tooltips
//! that are drawn on the canvas and need no inline style.

use serde_json::{Value, json};

use super::{
    palette::Palette,
    plot::{Group, Plot, RatePoint, Series, Slice},
};
use crate::components::Tone;

/// The options of a plot.
pub fn option(plot: &Plot, palette: &Palette, narrow: bool, reduced_motion: bool) -> Value {
    let mut option = match plot {
        Plot::Rates(groups) => rates(groups, palette, narrow),
        Plot::Parts(slices) => parts(slices, palette, narrow),
        Plot::Columns { labels, series, rate } => columns(labels, series, rate.as_deref(), palette),
        Plot::Heat { columns, rows, points } => heat(columns, rows, points, palette, narrow),
    };
    option["animation"] = json!(!reduced_motion);
    option["animationDuration"] = json!(400);
    // A background of its own, for print and for the picture of a dark chart.
    option["backgroundColor"] = json!(palette.surface);
    option["textStyle"] = json!({ "fontFamily": palette.font, "fontSize": 13, "color": palette.text });
    option["tooltip"] = json!({
        "trigger": "item",
        // Drawn on the canvas: the content security policy would refuse the inline styles of elements.
        "renderMode": "richText",
        "confine": true,
        "backgroundColor": palette.surface,
        "borderColor": palette.line_strong,
        "textStyle": { "fontFamily": palette.font, "fontSize": 13, "color": palette.text },
    });
    option
}

fn rates(groups: &[Group], palette: &Palette, narrow: bool) -> Value {
    let bars = groups.iter().map(|group| {
        json!({
            "value": group.rate,
            "itemStyle": { "color": palette.of(group.tone) },
            "tooltip": tooltip(&group.words),
        })
    });
    json!({
        "grid": { "left": 4, "right": 56, "top": 4, "bottom": 4, "containLabel": true },
        "xAxis": {
            "type": "value", "min": 0, "max": 100,
            "axisLabel": { "formatter": "{value}%", "color": palette.muted },
            "splitLine": { "lineStyle": { "color": palette.line } },
        },
        "yAxis": {
            "type": "category", "inverse": true, "triggerEvent": true,
            "data": groups.iter().map(|group| &group.label).collect::<Vec<_>>(),
            "axisLabel": name(palette, narrow), "axisTick": { "show": false },
            "axisLine": { "lineStyle": { "color": palette.line_strong } },
        },
        "series": [{
            "type": "bar", "barMaxWidth": 16, "data": bars.collect::<Vec<_>>(),
            "showBackground": true, "backgroundStyle": { "color": palette.soft },
            "label": { "show": true, "position": "right", "formatter": "{c}%", "color": palette.text },
        }],
    })
}

fn parts(slices: &[Slice], palette: &Palette, narrow: bool) -> Value {
    let whole: f64 = slices.iter().map(|slice| slice.value).sum();
    let data = slices.iter().zip(palette.parts.iter().cycle()).filter(|(slice, _)| slice.value > 0.0).map(
        |(slice, colour)| {
            json!({
                "name": slice.label,
                "value": slice.value,
                "itemStyle": { "color": colour },
                "tooltip": tooltip(&slice.words),
                "label": { "formatter": format!("{}\n{}%", slice.label, tenth(slice.value / whole * 100.0)) },
            })
        },
    );
    json!({
        "series": [{
            "type": "pie", "data": data.collect::<Vec<_>>(),
            "radius": if narrow { ["30%", "48%"] } else { ["40%", "62%"] },
            "startAngle": 90, "minAngle": 4,
            "itemStyle": { "borderColor": palette.surface, "borderWidth": 2 },
            "label": { "color": palette.text, "lineHeight": 18 },
            "labelLine": { "length": 18, "length2": 4, "lineStyle": { "color": palette.line_strong } },
        }],
    })
}

fn columns(labels: &[String], series: &[Series], rate: Option<&[RatePoint]>, palette: &Palette) -> Value {
    let mut drawn: Vec<Value> = series
        .iter()
        .map(|series| {
            let data = series.values.iter().zip(&series.words);
            json!({
                "type": "bar", "stack": "people", "name": series.label, "barMaxWidth": 36,
                "itemStyle": { "color": palette.of(series.tone) },
                "data": data.map(|(value, words)| json!({ "value": value, "tooltip": tooltip(words) })).collect::<Vec<_>>(),
            })
        })
        .collect();
    if let Some(rate) = rate {
        let data = rate.iter().map(|point| json!({ "value": point.rate, "tooltip": tooltip(&point.words) }));
        drawn.push(json!({
            "type": "line", "name": t!("达标率"), "yAxisIndex": 1, "symbol": "circle", "symbolSize": 8,
            "lineStyle": { "color": palette.parts[3], "width": 2 },
            "itemStyle": { "color": palette.parts[3], "borderColor": palette.surface, "borderWidth": 1 },
            "data": data.collect::<Vec<_>>(),
        }));
    }
    let mut axes = vec![json!({
        "type": "value", "minInterval": 1, "name": t!("人"), "nameTextStyle": { "color": palette.muted },
        "axisLabel": { "color": palette.muted }, "splitLine": { "lineStyle": { "color": palette.line } },
    })];
    if rate.is_some() {
        axes.push(json!({
            "type": "value", "min": 0, "max": 100, "splitLine": { "show": false },
            "axisLabel": { "formatter": "{value}%", "color": palette.muted },
        }));
    }
    json!({
        "legend": { "bottom": 0, "textStyle": { "color": palette.text }, "selectedMode": false },
        "grid": { "left": 4, "right": 8, "top": 32, "bottom": 34, "containLabel": true },
        "xAxis": {
            "type": "category", "data": labels, "axisTick": { "show": false },
            "axisLabel": { "color": palette.muted }, "axisLine": { "lineStyle": { "color": palette.line_strong } },
        },
        "yAxis": axes,
        "series": drawn,
    })
}

fn heat(columns: &[String], rows: &[String], points: &[Vec<RatePoint>], palette: &Palette, narrow: bool) -> Value {
    let cells = points.iter().enumerate().flat_map(|(row, points)| {
        points.iter().enumerate().map(move |(column, point)| {
            let shown = point.rate.map(tenth).unwrap_or_default();
            json!({
                "value": [column, row, point.rate.map_or(json!("-"), |rate| json!(rate))],
                "label": { "formatter": shown },
                "tooltip": tooltip(&point.words),
            })
        })
    });
    let [lowest, low, high, highest] = &palette.steps;
    let axis = |data: &[String], label: Value| {
        json!({
            "type": "category", "data": data, "axisTick": { "show": false }, "axisLabel": label,
            "axisLine": { "lineStyle": { "color": palette.line_strong } },
        })
    };
    let mut vertical = axis(rows, name(palette, narrow));
    vertical["inverse"] = json!(true);
    let mut horizontal = axis(columns, json!({ "color": palette.muted }));
    horizontal["position"] = json!("top");
    json!({
        "grid": { "left": 4, "right": 4, "top": 4, "bottom": 38, "containLabel": true },
        "xAxis": horizontal,
        "yAxis": vertical,
        "visualMap": {
            "type": "piecewise", "dimension": 2, "orient": "horizontal", "left": "center", "bottom": 0,
            "itemGap": if narrow { 4 } else { 12 }, "selectedMode": false, "textStyle": { "color": palette.text },
            "pieces": [
                { "lt": 50, "label": "<50%", "color": lowest },
                { "gte": 50, "lt": 75, "label": "50–75%", "color": low },
                { "gte": 75, "lt": 90, "label": "75–90%", "color": high },
                { "gte": 90, "label": "≥90%", "color": highest },
            ],
        },
        "series": [{
            "type": "heatmap", "data": cells.collect::<Vec<_>>(),
            "label": { "show": true, "color": palette.text, "fontSize": 12 },
            "itemStyle": { "borderColor": palette.surface, "borderWidth": 2 },
        }],
    })
}

/// The labels of names beside an axis. On a phone they break into two lines, as schools of a place share their first
/// characters.
fn name(palette: &Palette, narrow: bool) -> Value {
    if narrow {
        return json!({
            "color": palette.text, "width": 96, "overflow": "break", "fontSize": 11, "lineHeight": 13, "interval": 0,
        });
    }
    json!({ "color": palette.text, "width": 210, "overflow": "truncate", "interval": 0 })
}

/// A tooltip. Braces would be read as placeholders.
fn tooltip(words: &str) -> Value {
    json!({ "formatter": words.replace(['{', '}'], "") })
}

/// `63.5`, `63`.
fn tenth(rate: f64) -> String {
    let rounded = (rate * 10.0).round() / 10.0;
    rounded.to_string()
}

impl Palette {
    fn of(&self, tone: Tone) -> &str {
        match tone {
            Tone::Neutral => &self.neutral,
            Tone::Info => &self.info,
            Tone::Success => &self.success,
            Tone::Warning => &self.warning,
            Tone::Danger => &self.danger,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(rate: Option<f64>) -> RatePoint {
        RatePoint { rate, words: "某校 2026 年度".into() }
    }

    #[test]
    fn every_group_has_a_bar_a_name_and_a_text() {
        let group =
            Group {
                label: "亮甲山学区".into(), rate: 63.5, tone: Tone::Info, words: "200 人中 {127} 人达标".into()
            };
        let option = option(&Plot::Rates(vec![group]), &Palette::default(), false, true);
        assert_eq!(option["yAxis"]["data"], json!(["亮甲山学区"]));
        assert_eq!(option["series"][0]["data"][0]["value"], json!(63.5));
        assert_eq!(option["series"][0]["data"][0]["tooltip"]["formatter"], json!("200 人中 127 人达标"));
        assert_eq!(option["animation"], json!(false));
    }

    #[test]
    fn a_year_without_teachers_has_no_colour() {
        let plot = Plot::Heat {
            columns: vec!["2026".into(), "2027".into()],
            rows: vec!["三中".into()],
            points: vec![vec![point(Some(77.5)), point(None)]],
        };
        let option = option(&plot, &Palette::default(), true, false);
        let cells = &option["series"][0]["data"];
        assert_eq!((&cells[0]["value"], &cells[1]["value"]), (&json!([0, 0, 77.5]), &json!([1, 0, "-"])));
        assert_eq!(cells[0]["label"]["formatter"], json!("77.5"));
    }

    #[test]
    fn empty_parts_are_not_drawn_and_keep_their_colour() {
        let slice = |label: &str, value| Slice { label: label.into(), value, words: String::new() };
        let palette = Palette { parts: ["a", "b", "c", "d", "e", "f"].map(str::to_owned), ..Palette::default() };
        let plot = Plot::Parts(vec![slice("一", 1.0), slice("二", 0.0), slice("三", 2.0)]);
        let option = option(&plot, &palette, false, false);
        let drawn = option["series"][0]["data"].as_array().map(Vec::as_slice).unwrap_or_default();
        assert_eq!(drawn.len(), 2);
        assert_eq!(drawn[1]["itemStyle"]["color"], json!("c"));
        assert_eq!(drawn[1]["label"]["formatter"], json!("三\n66.7%"));
    }
}
