//! The attributes of drawables, by resource id.
//!
//! Source: AOSP `frameworks/base/core/res/res/values/public.xml` (later `public-final.xml`).

pub(super) const ID: u32 = 0x0101_00d0;
pub(super) const STATE_ENABLED: u32 = 0x0101_009e;
pub(super) const STATE_WINDOW_FOCUSED: u32 = 0x0101_009d;
pub(super) const L_STAR: u32 = 0x0101_0647;
pub(super) const DRAWABLE: u32 = 0x0101_0199;
pub(super) const SRC: u32 = 0x0101_0119;
pub(super) const COLOR: u32 = 0x0101_01a5;
pub(super) const WIDTH: u32 = 0x0101_0159;
pub(super) const HEIGHT: u32 = 0x0101_0155;
pub(super) const GRAVITY: u32 = 0x0101_00af;
pub(super) const ALPHA: u32 = 0x0101_031f;
pub(super) const TINT: u32 = 0x0101_0121;
pub(super) const LEFT: u32 = 0x0101_01ad;
pub(super) const TOP: u32 = 0x0101_01ae;
pub(super) const RIGHT: u32 = 0x0101_01af;
pub(super) const BOTTOM: u32 = 0x0101_01b0;
pub(super) const START: u32 = 0x0101_04db;
pub(super) const END: u32 = 0x0101_04dc;
pub(super) const INSET: u32 = 0x0101_04b5;
pub(super) const INSET_LEFT: u32 = 0x0101_01b7;
pub(super) const INSET_RIGHT: u32 = 0x0101_01b8;
pub(super) const INSET_TOP: u32 = 0x0101_01b9;
pub(super) const INSET_BOTTOM: u32 = 0x0101_01ba;
pub(super) const FROM_DEGREES: u32 = 0x0101_01b3;

// Vectors.
pub(super) const VIEWPORT_WIDTH: u32 = 0x0101_0402;
pub(super) const VIEWPORT_HEIGHT: u32 = 0x0101_0403;
pub(super) const FILL_COLOR: u32 = 0x0101_0404;
pub(super) const PATH_DATA: u32 = 0x0101_0405;
pub(super) const STROKE_COLOR: u32 = 0x0101_0406;
pub(super) const STROKE_WIDTH: u32 = 0x0101_0407;
pub(super) const STROKE_LINE_CAP: u32 = 0x0101_040b;
pub(super) const STROKE_LINE_JOIN: u32 = 0x0101_040c;
pub(super) const STROKE_MITER_LIMIT: u32 = 0x0101_040d;
pub(super) const STROKE_ALPHA: u32 = 0x0101_04cb;
pub(super) const FILL_ALPHA: u32 = 0x0101_04cc;
pub(super) const FILL_TYPE: u32 = 0x0101_051e;
pub(super) const ROTATION: u32 = 0x0101_0326;
pub(super) const SCALE_X: u32 = 0x0101_0324;
pub(super) const SCALE_Y: u32 = 0x0101_0325;
pub(super) const PIVOT_X: u32 = 0x0101_01b5;
pub(super) const PIVOT_Y: u32 = 0x0101_01b6;
pub(super) const TRANSLATE_X: u32 = 0x0101_045a;
pub(super) const TRANSLATE_Y: u32 = 0x0101_045b;

// Gradients.
pub(super) const START_COLOR: u32 = 0x0101_019d;
pub(super) const CENTER_COLOR: u32 = 0x0101_020b;
pub(super) const END_COLOR: u32 = 0x0101_019e;
pub(super) const ANGLE: u32 = 0x0101_01a0;
pub(super) const TYPE: u32 = 0x0101_01a1;
pub(super) const CENTER_X: u32 = 0x0101_01a2;
pub(super) const CENTER_Y: u32 = 0x0101_01a3;
pub(super) const GRADIENT_RADIUS: u32 = 0x0101_01a4;
pub(super) const START_X: u32 = 0x0101_0510;
pub(super) const START_Y: u32 = 0x0101_0511;
pub(super) const END_X: u32 = 0x0101_0512;
pub(super) const END_Y: u32 = 0x0101_0513;
pub(super) const OFFSET: u32 = 0x0101_0514;
pub(super) const TILE_MODE: u32 = 0x0101_0201;

// Shapes.
pub(super) const SHAPE: u32 = 0x0101_019a;
pub(super) const RADIUS: u32 = 0x0101_01a8;
pub(super) const TOP_LEFT_RADIUS: u32 = 0x0101_01a9;
pub(super) const TOP_RIGHT_RADIUS: u32 = 0x0101_01aa;
pub(super) const BOTTOM_LEFT_RADIUS: u32 = 0x0101_01ab;
pub(super) const BOTTOM_RIGHT_RADIUS: u32 = 0x0101_01ac;
pub(super) const DASH_WIDTH: u32 = 0x0101_01a6;
pub(super) const DASH_GAP: u32 = 0x0101_01a7;
pub(super) const INNER_RADIUS_RATIO: u32 = 0x0101_019b;
pub(super) const THICKNESS_RATIO: u32 = 0x0101_019c;
