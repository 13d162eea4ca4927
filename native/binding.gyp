{
  # Nothing here links libssl or libcrypto: the library under test is opened at run time, and whatever is linked
  # would be measured instead of it. scripts/build-native.ts checks the built files and fails if one does.
  "variables": {
    "core": [
      "allocations.cc", "bindings.cc", "board.c", "handshake.cc", "ledger.cc", "library.cc", "operations.cc",
      "oracles.cc", "pinning.cc", "resources.cc", "soak.cc", "soak_handles.cc", "soak_hands.cc", "soak_plants.cc",
      "soak_up_ref.cc", "soak_walk.cc", "status.cc",
      "settings/application.cc", "settings/buffers.cc", "settings/callbacks.cc", "settings/catalogue.cc",
      "settings/certificates.cc", "settings/ciphers.cc", "settings/options.cc", "settings/protocol.cc",
      "settings/session.cc", "settings/verification.cc"
    ],
    "sanitize%": ""
  },
  "target_defaults": {
    "cflags": ["-Wall", "-Wextra", "-Werror", "-O2", "-fPIC", "-g1", "-fvisibility=hidden"],
    "cflags_c": ["-std=c11"],
    "cflags_cc!": ["-std=gnu++14", "-std=gnu++17", "-std=gnu++20"],
    "cflags_cc": ["-std=c++17", "-fno-exceptions", "-fno-rtti"],
    "ldflags": ["-Wl,--as-needed", "-pthread"],
    "libraries": ["-ldl"],
    "conditions": [
      ["sanitize!=''", { "cflags": ["-fsanitize=<(sanitize)"], "ldflags": ["-fsanitize=<(sanitize)"] }]
    ]
  },
  "targets": [
    {
      "target_name": "dupmark",
      "sources": ["addon.cc", "addon_handles.cc", "addon_soak.cc", "<@(core)"],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=8", "NAPI_DISABLE_CPP_EXCEPTIONS"]
    },
    {
      "target_name": "dupmark_preload",
      "type": "shared_library",
      "product_prefix": "",
      "sources": ["preload.cc", "allocations.cc"]
    },
    {
      "target_name": "dupmark_driver",
      "type": "executable",
      "sources": ["driver.cc", "<@(core)"]
    },
    {
      "target_name": "dupmark_checks",
      "type": "executable",
      "sources": ["checks.cc", "faults.cc", "<@(core)"]
    },
    {
      "target_name": "dupmark_plain_loop",
      "type": "executable",
      "sources": ["plain_loop.c", "board.c", "pinning.cc"]
    }
  ]
}
