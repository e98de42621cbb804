// BoardServices
