//! What an indicator is connected to, drawn: columns from who lists it over what it is to what follows from it, and the same as a table.
//! The same facts are always the same picture.

/// The most things that are drawn.
pub const MAX_NODES: usize = 40;

const NODE_WIDTH: u32 = 224;
const NODE_HEIGHT: u32 = 44;
const PITCH: u32 = 56;
const COLUMN: u32 = 292;
const MARGIN: u32 = 8;
/// How far a short column begins below the top, at most: further down nobody sees it on a phone.
const MOST_DOWN: u32 = 84;
/// Letters of a label that fit a node.
const LABEL_LETTERS: usize = 24;
/// Letters of what a node is that fit it.
const CAPTION_LETTERS: usize = 32;

/// Where something stands in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// What leads to the indicator.
    Before,
    /// The indicator.
    Middle,
    /// What it leads to.
    After,
    /// What that leads to.
    Beyond,
}

impl Column {
    const ALL: [Self; 4] = [Self::Before, Self::Middle, Self::After, Self::Beyond];

    const fn x(self) -> u32 {
        let place = match self {
            Self::Before => 0,
            Self::Middle => 1,
            Self::After => 2,
            Self::Beyond => 3,
        };
        MARGIN + place * COLUMN
    }
}

/// Something that is connected.
#[derive(Debug, Clone)]
pub struct Spot {
    /// Where it stands.
    pub column: Column,
    /// What it is, in words.
    pub what: String,
    /// What it is called; written by people or machines, so in no language of ours.
    pub label: String,
    /// Its page.
    pub link: String,
    /// Class of its colour in the style sheet.
    pub tone: &'static str,
    /// The places of what it is connected to among all of them, and how, in words; of the indicator itself none.
    pub to: Vec<(usize, String)>,
}

/// How many of a kind are not drawn.
#[derive(Debug, Clone)]
pub struct More {
    /// Under which column it is said.
    pub column: Column,
    /// How many of what, in words.
    pub words: String,
    /// Where they are, if there is such a page.
    pub link: Option<String>,
}

/// Something as it is drawn.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The left edge.
    pub x: u32,
    /// The upper edge.
    pub y: u32,
    /// What it is, cut to fit.
    pub what: String,
    /// What it is called, cut to fit.
    pub label: String,
    /// All of it.
    pub title: String,
    /// Its page.
    pub link: String,
    /// Class of its colour.
    pub tone: &'static str,
    /// Whether it is the indicator itself.
    pub is_middle: bool,
}

/// A row of the table.
#[derive(Debug, Clone)]
pub struct Connection {
    /// How it is connected.
    pub how: String,
    /// What it is.
    pub what: String,
    /// What it is called.
    pub label: String,
    /// Its page.
    pub link: String,
    /// By way of what, where it is two steps away.
    pub over: String,
}

/// The picture.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// Paths of the edges, each with the class of its colour.
    pub edges: Vec<(String, &'static str)>,
    /// What is connected.
    pub nodes: Vec<Drawn>,
    /// What is not drawn: place, words, and where it is.
    pub more: Vec<(u32, u32, String, Option<String>)>,
    /// The same as a table.
    pub rows: Vec<Connection>,
}

impl Graph {
    /// Draws what is connected, the indicator first. What is beyond [`MAX_NODES`] is left out.
    #[must_use]
    pub fn of(mut spots: Vec<Spot>, more: Vec<More>) -> Self {
        spots.truncate(MAX_NODES);
        let tallest = Column::ALL.iter().map(|column| height(*column, &spots, &more)).max();
        let tallest = tallest.unwrap_or_default().max(NODE_HEIGHT);
        let mut graph = Self {
            width: Column::Beyond.x() + NODE_WIDTH + MARGIN,
            height: tallest + 2 * MARGIN,
            ..Self::default()
        };
        if !spots.iter().any(|spot| spot.column == Column::Beyond) {
            graph.width -= COLUMN;
        }
        let mut places = vec![(0, 0); spots.len()];
        for column in Column::ALL {
            let down = (tallest - height(column, &spots, &more)) / 2;
            let mut y = MARGIN + down.min(MOST_DOWN);
            for (spot, place) in spots.iter().zip(&mut places) {
                if spot.column == column {
                    *place = (column.x(), y);
                    y += PITCH;
                }
            }
            for said in more.iter().filter(|said| said.column == column) {
                graph
                    .more
                    .push((column.x() + 12, y + 12, said.words.clone(), said.link.clone()));
                y += PITCH / 2;
            }
        }
        for (spot, (x, y)) in spots.iter().zip(&places) {
            let far = spot.to.iter().filter_map(|(to, _)| places.get(*to));
            graph.edges.extend(far.map(|far| (edge((*x, *y), *far), spot.tone)));
            graph.nodes.push(drawn(spot, (*x, *y)));
        }
        graph.rows = spots.iter().flat_map(|spot| rows(spot, &spots)).collect();
        graph
    }
}

fn height(column: Column, spots: &[Spot], more: &[More]) -> u32 {
    let count = |count: usize| u32::try_from(count).unwrap_or(0);
    let nodes = count(spots.iter().filter(|spot| spot.column == column).count());
    let said = count(more.iter().filter(|said| said.column == column).count());
    (nodes * PITCH + said * PITCH / 2).saturating_sub(PITCH - NODE_HEIGHT)
}

fn drawn(spot: &Spot, (x, y): (u32, u32)) -> Drawn {
    let how = spot.to.first().map_or("", |(_, how)| how.as_str());
    let title = [spot.what.as_str(), how, spot.label.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty());
    Drawn {
        x,
        y,
        what: cut(&spot.what, CAPTION_LETTERS),
        label: cut(&spot.label, LABEL_LETTERS),
        title: title.collect::<Vec<_>>().join(" · "),
        link: spot.link.clone(),
        tone: spot.tone,
        is_middle: spot.column == Column::Middle,
    }
}

/// A curve between the sides of two nodes that face each other.
fn edge((x, y): (u32, u32), (far_x, far_y): (u32, u32)) -> String {
    let (left, right) = if x < far_x {
        ((x, y), (far_x, far_y))
    } else {
        ((far_x, far_y), (x, y))
    };
    let (from_x, from_y) = (left.0 + NODE_WIDTH, left.1 + NODE_HEIGHT / 2);
    let (to_x, to_y) = (right.0, right.1 + NODE_HEIGHT / 2);
    let bend = (to_x.saturating_sub(from_x)) / 2;
    format!(
        "M{from_x} {from_y}C{} {from_y} {} {to_y} {to_x} {to_y}",
        from_x + bend,
        to_x.saturating_sub(bend)
    )
}

/// Each connection of something, in words.
fn rows<'s>(spot: &'s Spot, spots: &'s [Spot]) -> impl Iterator<Item = Connection> + 's {
    spot.to.iter().map(|(to, how)| {
        let over = spots.get(*to).filter(|over| over.column != Column::Middle);
        Connection {
            how: how.clone(),
            what: spot.what.clone(),
            label: spot.label.clone(),
            link: spot.link.clone(),
            over: over.map_or_else(String::new, |over| over.label.clone()),
        }
    })
}

/// A text that fits: of a long one the beginning and the end, which tell names apart.
fn cut(text: &str, most: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= most {
        return text.to_owned();
    }
    let (begin, end) = (most * 3 / 5, most - most * 3 / 5 - 1);
    let begin: String = letters.iter().take(begin).collect();
    let end: String = letters.iter().skip(letters.len() - end).collect();
    format!("{begin}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(column: Column, label: &str, to: Option<usize>) -> Spot {
        Spot {
            column,
            what: "Mã độc".to_owned(),
            label: label.to_owned(),
            link: "/x".to_owned(),
            tone: "medium",
            to: to.into_iter().map(|to| (to, "cho thấy".to_owned())).collect(),
        }
    }

    fn middle() -> Spot {
        spot(Column::Middle, "evil.example", None)
    }

    #[test]
    fn what_is_two_steps_away_says_over_what() {
        let mut actor = spot(Column::Beyond, "TA542", Some(1));
        actor.to.push((2, "đứng sau".to_owned()));
        let spots = vec![
            middle(),
            spot(Column::After, "Emotet", Some(0)),
            spot(Column::After, "Mùa thu", Some(0)),
            actor,
        ];
        let graph = Graph::of(spots.clone(), Vec::new());
        let rows: Vec<_> = graph
            .rows
            .iter()
            .map(|row| (row.label.as_str(), row.over.as_str()))
            .collect();
        assert_eq!(
            rows,
            [
                ("Emotet", ""),
                ("Mùa thu", ""),
                ("TA542", "Emotet"),
                ("TA542", "Mùa thu")
            ]
        );
        assert_eq!((graph.nodes.len(), graph.edges.len()), (4, 4));
        assert_eq!(graph.width, Column::Beyond.x() + NODE_WIDTH + MARGIN);
        let again = Graph::of(spots, Vec::new());
        assert_eq!(graph.edges, again.edges);
    }

    #[test]
    fn nothing_stands_on_another_or_outside() {
        let mut spots = vec![middle()];
        for at in 0..MAX_NODES {
            let column = [Column::Before, Column::After, Column::Beyond][at % 3];
            spots.push(spot(column, &"rất dài ".repeat(at), Some(0)));
        }
        let more = |column| More {
            column,
            words: "và 7 nữa".to_owned(),
            link: None,
        };
        let graph = Graph::of(spots, vec![more(Column::Before), more(Column::Beyond)]);
        assert_eq!(graph.nodes.len(), MAX_NODES, "one past the limit is left out");
        for (at, node) in graph.nodes.iter().enumerate() {
            assert!(node.x + NODE_WIDTH <= graph.width && node.y + NODE_HEIGHT <= graph.height);
            assert!(node.label.chars().count() <= LABEL_LETTERS);
            for other in graph.nodes.iter().skip(at + 1) {
                let is_apart = node.x.abs_diff(other.x) >= NODE_WIDTH || node.y.abs_diff(other.y) >= NODE_HEIGHT;
                assert!(is_apart, "{node:?} {other:?}");
            }
        }
        for (_, y, _, _) in &graph.more {
            assert!(*y <= graph.height);
        }
    }

    #[test]
    fn long_names_keep_both_ends() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcdefghij", 6), "abc…ij");
    }
}
