//! Extensions of observables that the specification itself defines (section 6): the type, its name, what it has.

use super::vocabulary as open;
use super::{COUNT, Form, INTEGER, Record, Rule, SOME, TEXTS, Targets, optional, required};

pub(crate) const EXTENSIONS: &[(&str, &str, Record)] = &[
    ("file", "archive-ext", ARCHIVE),
    ("file", "ntfs-ext", NTFS),
    ("file", "pdf-ext", PDF),
    ("file", "raster-image-ext", RASTER_IMAGE),
    ("file", "windows-pebinary-ext", PE_BINARY),
    ("network-traffic", "http-request-ext", HTTP_REQUEST),
    ("network-traffic", "icmp-ext", ICMP),
    ("network-traffic", "socket-ext", SOCKET),
    ("network-traffic", "tcp-ext", TCP),
    ("process", "windows-process-ext", WINDOWS_PROCESS),
    ("process", "windows-service-ext", WINDOWS_SERVICE),
    ("user-account", "unix-account-ext", UNIX_ACCOUNT),
];

const ARCHIVE: Record = Record {
    properties: &[
        required(
            "contains_refs",
            Form::List(&Form::Reference(Targets::Only(&["directory", "file"]))),
        ),
        optional("comment", Form::Text),
    ],
    rules: &[],
};

const NTFS: Record = Record {
    properties: &[
        optional("sid", Form::Text),
        optional("alternate_data_streams", Form::List(&Form::Record(&DATA_STREAM))),
    ],
    rules: SOME,
};

const DATA_STREAM: Record = Record {
    properties: &[
        required("name", Form::Text),
        optional("hashes", Form::Hashes),
        optional("size", COUNT),
    ],
    rules: &[],
};

const PDF: Record = Record {
    properties: &[
        optional("version", Form::Text),
        optional("is_optimized", Form::Boolean),
        optional("document_info_dict", Form::Dictionary(&Form::Text)),
        optional("pdfid0", Form::Text),
        optional("pdfid1", Form::Text),
    ],
    rules: SOME,
};

const RASTER_IMAGE: Record = Record {
    properties: &[
        optional("image_height", INTEGER),
        optional("image_width", INTEGER),
        optional("bits_per_pixel", INTEGER),
        optional("exif_tags", Form::Dictionary(&Form::Any)),
    ],
    rules: SOME,
};

const PE_BINARY: Record = Record {
    properties: &[
        required("pe_type", Form::Open(open::WINDOWS_PEBINARY_TYPE)),
        optional("imphash", Form::Text),
        optional("machine_hex", Form::Hex),
        optional("number_of_sections", COUNT),
        optional("time_date_stamp", Form::TimeInSeconds),
        optional("pointer_to_symbol_table_hex", Form::Hex),
        optional("number_of_symbols", COUNT),
        optional("size_of_optional_header", COUNT),
        optional("characteristics_hex", Form::Hex),
        optional("file_header_hashes", Form::Hashes),
        optional("optional_header", Form::Record(&PE_OPTIONAL_HEADER)),
        optional("sections", Form::List(&Form::Record(&PE_SECTION))),
    ],
    rules: &[Rule::AnyOwn { but: "pe_type", or: "" }],
};

const PE_OPTIONAL_HEADER: Record = Record {
    properties: &[
        optional("magic_hex", Form::Hex),
        optional("major_linker_version", INTEGER),
        optional("minor_linker_version", INTEGER),
        optional("size_of_code", COUNT),
        optional("size_of_initialized_data", COUNT),
        optional("size_of_uninitialized_data", COUNT),
        optional("address_of_entry_point", INTEGER),
        optional("base_of_code", INTEGER),
        optional("base_of_data", INTEGER),
        optional("image_base", INTEGER),
        optional("section_alignment", INTEGER),
        optional("file_alignment", INTEGER),
        optional("major_os_version", INTEGER),
        optional("minor_os_version", INTEGER),
        optional("major_image_version", INTEGER),
        optional("minor_image_version", INTEGER),
        optional("major_subsystem_version", INTEGER),
        optional("minor_subsystem_version", INTEGER),
        optional("win32_version_value_hex", Form::Hex),
        optional("size_of_image", COUNT),
        optional("size_of_headers", COUNT),
        optional("checksum_hex", Form::Hex),
        optional("subsystem_hex", Form::Hex),
        optional("dll_characteristics_hex", Form::Hex),
        optional("size_of_stack_reserve", COUNT),
        optional("size_of_stack_commit", COUNT),
        optional("size_of_heap_reserve", COUNT),
        optional("size_of_heap_commit", COUNT),
        optional("loader_flags_hex", Form::Hex),
        optional("number_of_rva_and_sizes", INTEGER),
        optional("hashes", Form::Hashes),
    ],
    rules: SOME,
};

const PE_SECTION: Record = Record {
    properties: &[
        required("name", Form::Text),
        optional("size", COUNT),
        optional(
            "entropy",
            Form::Float {
                min: f64::MIN,
                max: f64::MAX,
            },
        ),
        optional("hashes", Form::Hashes),
    ],
    rules: &[],
};

const HTTP_REQUEST: Record = Record {
    properties: &[
        required("request_method", Form::Text),
        required("request_value", Form::Text),
        optional("request_version", Form::Text),
        optional("request_header", Form::Dictionary(&TEXTS)),
        optional("message_body_length", INTEGER),
        optional("message_body_data_ref", Form::Reference(Targets::Only(&["artifact"]))),
    ],
    rules: &[],
};

const ICMP: Record = Record {
    properties: &[
        required("icmp_type_hex", Form::Hex),
        required("icmp_code_hex", Form::Hex),
    ],
    rules: &[],
};

const SOCKET: Record = Record {
    properties: &[
        required("address_family", Form::Closed(open::SOCKET_FAMILY)),
        optional("is_blocking", Form::Boolean),
        optional("is_listening", Form::Boolean),
        optional("options", Form::Dictionary(&INTEGER)),
        optional("socket_type", Form::Closed(open::SOCKET_TYPE)),
        optional("socket_descriptor", COUNT),
        optional("socket_handle", INTEGER),
    ],
    rules: &[],
};

const TCP: Record = Record {
    properties: &[
        optional("src_flags_hex", Form::Hex),
        optional("dst_flags_hex", Form::Hex),
    ],
    rules: SOME,
};

const WINDOWS_PROCESS: Record = Record {
    properties: &[
        optional("aslr_enabled", Form::Boolean),
        optional("dep_enabled", Form::Boolean),
        optional("priority", Form::Text),
        optional("owner_sid", Form::Text),
        optional("window_title", Form::Text),
        optional("startup_info", Form::Dictionary(&Form::Any)),
        optional("integrity_level", Form::Closed(open::WINDOWS_INTEGRITY_LEVEL)),
    ],
    rules: SOME,
};

const WINDOWS_SERVICE: Record = Record {
    properties: &[
        optional("service_name", Form::Text),
        optional("descriptions", TEXTS),
        optional("display_name", Form::Text),
        optional("group_name", Form::Text),
        optional("start_type", Form::Closed(open::SERVICE_START)),
        optional(
            "service_dll_refs",
            Form::List(&Form::Reference(Targets::Only(&["file"]))),
        ),
        optional("service_type", Form::Closed(open::SERVICE_TYPE)),
        optional("service_status", Form::Closed(open::SERVICE_STATUS)),
    ],
    rules: SOME,
};

const UNIX_ACCOUNT: Record = Record {
    properties: &[
        optional("gid", INTEGER),
        optional("groups", TEXTS),
        optional("home_dir", Form::Text),
        optional("shell", Form::Text),
    ],
    rules: SOME,
};
